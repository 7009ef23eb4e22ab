"""Made-up matters: what people of the demo county write, drawn from a seed, the same each time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from rules.people import Person
from rules.terms import Cause, Channel, Purpose, Repeat

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文斌玉兰"
_PLACES = [
    "幸福小区",
    "阳光花园",
    "人民路",
    "解放街",
    "老车站",
    "农贸市场",
    "第二小学旁",
    "河堤路",
    "安置房三期",
    "工业园北侧",
]

# Class, title, what it says; {town} and {place} are filled in.
_PATTERNS = [
    (
        "物业服务",
        "{town}{place}物业收费高服务差",
        "小区物业费连涨两次，电梯经常停运，楼道灯坏了半年没人修，业主多次反映没有答复",
    ),
    (
        "房屋质量",
        "{town}{place}房屋渗水墙面开裂",
        "入住不到两年，外墙渗水、客厅墙面开裂，开发商说过了保修期，要求住建部门鉴定并督促维修",
    ),
    (
        "补偿安置",
        "{town}{place}拆迁安置房迟迟不交付",
        "拆迁协议约定十八个月交房，现在已经过了三年，过渡费也停发了，一家五口租房居住，盼望尽快交房",
    ),
    (
        "道路与排水",
        "{town}{place}道路积水无法通行",
        "每逢下雨路面积水没过脚踝，孩子上学要绕行两公里，下水道口被建筑垃圾堵塞，请求清淤并修复路面",
    ),
    (
        "征地补偿",
        "{town}{place}征地补偿款未足额发放",
        "修建公路征用承包地三亩二分，公告的标准与实际发放不一致，村里解释不清，要求公开补偿明细",
    ),
    (
        "宅基地纠纷",
        "{town}{place}邻里宅基地边界争议",
        "两家共用的巷道被邻居砌墙占用，影响出行和采光，村里调解两次未达成一致，请求现场勘验",
    ),
    (
        "拖欠工资",
        "{town}{place}工地拖欠农民工工资",
        "跟班组干了八个月，还欠工资没有结清，项目部和劳务公司互相推诿，眼看要过年，请求协调支付",
    ),
    (
        "养老保险",
        "{town}退休人员养老保险待遇核定疑问",
        "退休审批时视同缴费年限少算了四年，单位档案里有记录，要求重新核定待遇并补发差额",
    ),
    (
        "噪音扰民",
        "{town}{place}夜间施工噪音扰民",
        "旁边工地每晚施工到凌晨，老人和学生无法休息，打过多次电话，来人时停、走了又干，请求依法处理",
    ),
    (
        "水体污染",
        "{town}{place}养殖废水直排河道",
        "上游养殖场把废水直接排进河里，水发黑发臭，下游灌溉的菜地受损，请求检测水质并责令整改",
    ),
    (
        "村务公开",
        "{town}村级项目资金使用不公开",
        "村里的产业项目资金用在哪里群众不清楚，公开栏两年没有更新，要求按规定公开收支",
    ),
    (
        "灌溉用水",
        "{town}{place}灌溉渠年久失修",
        "支渠垮塌十几处，今年春耕几百亩田放不进水，村民自筹维修款不够，请求列入维修计划",
    ),
    (
        "入学与学位",
        "{town}{place}适龄儿童入学学位问题",
        "新建小区没有配套学校，孩子被分到六公里外上学，接送困难，请求合理划分学区",
    ),
    (
        "医疗纠纷",
        "{town}患者对诊疗过程有异议",
        "住院期间病情加重转院，家属对诊疗过程有异议，要求封存病历并进行鉴定，依法明确责任",
    ),
    (
        "农村公路",
        "{town}{place}通村公路破损严重",
        "重车碾压后路面坑洼，多次发生摔伤，村民反映两年没有维修，请求限载并安排养护",
    ),
    (
        "低保与临时救助",
        "{town}困难家庭申请临时救助",
        "家中主要劳动力患病，医疗支出大，收入低于标准，申请低保三个月没有结果，请求核实救助",
    ),
]


_LONG_AGO = 180


@dataclass(frozen=True, slots=True)
class Matter:
    """One made-up matter, with names of units still to be looked up."""

    values: dict[str, Any]
    person: Person
    label: str
    township: str


def matters(
    count: int, *, seed: int, townships: Sequence[str], today: date, years: int = 3
) -> Iterator[Matter]:
    """Yield `count` matters spread over the last `years`, the oldest first."""
    random = Random(seed)  # noqa: S311  (made-up data, no secret)
    span = years * 365
    for index in range(count):
        received = today - timedelta(days=span - 1 - index * span // max(count, 1))
        yield _matter(random, received, townships, today)


def _matter(random: Random, received: date, townships: Sequence[str], today: date) -> Matter:
    label, title, content = random.choice(_PATTERNS)
    # A few townships have much more to tell than the rest, as in life.
    town = townships[min(int(random.expovariate(6) * len(townships)), len(townships) - 1)]
    place = random.choice(_PLACES)
    group = random.random() < 0.08
    values: dict[str, Any] = {
        "title": title.format(town=town, place=place),
        "content": f"反映人称：{content}。此事自{received.year}年{received.month}月以来反映过{random.randint(1, 5)}次。",
        "channel": random.choices(tuple(Channel), (14, 28, 32, 14, 6, 4, 2))[0],
        "purpose": random.choices(tuple(Purpose), (10, 68, 10, 2, 10))[0],
        "place": place,
        "people": random.randint(5, 60) if group else random.choice((1, 1, 1, 2, 3)),
        "group": group,
        "legacy": random.random() < 0.05,
        "cross": random.random() < 0.03,
        "lawsuit": random.random() < 0.04,
        "urgent": random.random() < 0.02,
        "repeat": Repeat.REPEAT if random.random() < 0.15 else Repeat.FIRST,
        "received_on": received,
        **_dates(random, received, today),
    }
    if random.random() < 0.3:
        values["cause"] = random.choice(tuple(Cause))
    if label in ("拖欠工资", "征地补偿", "补偿安置"):
        values["amount_fen"] = random.randint(5, 900) * 100_000
        values["amount_approx"] = random.random() < 0.5
    name = random.choice(_SURNAMES) + random.choice(_GIVEN) + random.choice(_GIVEN)
    phone = f"139000{random.randint(0, 99999):05d}"
    return Matter(values, Person(name, phone), label, town)


def _dates(random: Random, received: date, today: date) -> dict[str, date]:
    """Let a matter go its way as far as its age allows; most are handled in time."""
    dates = {"registered_on": received + timedelta(days=random.choice((0, 0, 1, 2)))}
    steps = (
        ("forwarded_on", 3, 14),
        ("accepted_on", 2, 12),
        ("answered_on", 12, 58),
        ("closed_on", 5, 30),
    )
    on = dates["registered_on"]
    # What has lain for half a year is rare, or an office would look at nothing else.
    stuck = 0.06 if (today - received).days < _LONG_AGO else 0.004
    for name, least, most in steps:
        if random.random() < stuck:
            break
        on += timedelta(days=random.randint(least, most))
        dates[name] = on
    if "answered_on" in dates:
        dates["delivered_on"] = dates["answered_on"] + timedelta(days=random.randint(0, 6))
    if "closed_on" in dates and random.random() < 0.8:
        dates["resolved_on"] = dates["closed_on"]
        if random.random() < 0.7:
            dates["settled_on"] = dates["closed_on"]
    return {name: day for name, day in dates.items() if day <= today}
