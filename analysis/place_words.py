"""What names of places and projects are made of in Chinese: data, no statistics."""

from enum import IntEnum


class Kind(IntEnum):
    """How closely a name ties what is said of it."""

    SITE = 0  # an estate, school, company, project
    STREET = 1
    AREA = 2  # a village, a lake with a quarter around it
    PHRASE = 3  # unusual characters without a telling ending
    TOWN = 4  # a township or larger


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


# Estates and the like: any stem makes a name (阳光花园).
ESTATES = _words(
    "小区 楼盘 花园 家园 雅苑 嘉苑 名苑 华苑 广场 大厦 庄园 山庄 公馆 国际 新城 星城 水岸 春天 华庭 雅园 嘉园 "
    "华府 府第 府邸 世家 公寓 名城 名邸 时代 城 苑 府 园 湾 郡 庭 墅 邸 阁 轩 居 帝景 雅景 一品 香樟 宿舍 家属区 "
    "商城 商贸城 门店 公园 贷 网 卡 商场"
)
# Institutions: only a stem that is no everyday word makes a name (not 儿童医院, 很多驾校).
INSTITUTIONS = _words(
    "学校 小学 中学 一中 二中 大学 学院 幼儿园 医院 公司 厂 集团 市场 超市 酒店 饭店 宾馆 会所 ktv 酒吧 歌厅 驾校 "
    "平台 物流园 工业园 产业园 机场 车站 水库 电站 变电站 码头 景区 酒楼 农庄 养殖场 加油站 垃圾站 派出所 "
    "搅拌站 搅拌厂 殡仪馆 体育馆 公交 路公交 路车 路公交车 巴士 农贸市场 菜市场 培训 教育 银行"
)
STREETS = _words("路 街 巷 大道 桥 大桥 立交 立交桥 隧道 国道 省道 高速 铁路 站 匝道 渠 堤 胡同")
AREAS = _words("社区 村 组 新村 冲 塘 湖 江 河 山 岭 洲 片区 校区")
TOWNS = _words("街道 镇 乡 园区 经开区 开发区 高新区 新区 区 县 市 号线")
# Names that are bound to no spot.
ROVING = _words("贷 网 卡 公司 集团 平台 银行 培训 教育 号线 公交 公交车")
ENDINGS: dict[str, Kind] = {
    ending: kind
    for kind, endings in (
        (Kind.SITE, ESTATES | INSTITUTIONS),
        (Kind.STREET, STREETS),
        (Kind.AREA, AREAS),
        (Kind.TOWN, TOWNS),
    )
    for ending in endings
}

# What stands around a name and never in it.
FRAME = _words(
    "的 了 在 是 和 与 对 为 被 把 将 从 向 到 至 及 或 不 没 没有 无 未 要 想 能 可 请 问 吗 呢 啊 都 也 还 再 又 很 太 最 这 那 哪 何 谁 几 多 少 "
    "我 你 他 们 我们 他们 有 于 以 之间 就 才 却 因 让 使 给 由 等 该 本 此 其 各 每 某 所 而 但 并 且 更 只 已 已经 仍 仍然 "
    "尊敬 领导 您好 希望 恳请 强烈 请求 要求 建议 反映 投诉 举报 控告 咨询 询问 关于 请问 求助 呼吁 盼 望 质疑 严惩 状告 再次 第三次 "
    "解决 处理 关注 协调 帮助 加快 加强 督促 尽快 何时 什么 时候 为何 为什么 怎么 如何 能否 是否 可否 可以 "
    "严重 问题 情况 有关 相关 部门 政府 长期 一直 至今 迟迟 附近 旁边 周边 对面 门口 楼下 楼上 旁 边 下 上 内 里 外 前 后 处 "
    "业主 居民 住户 群众 百姓 老百姓 市民 村民 学生 家长 员工 职工 工人 老师 老板 开发商 物业 商家 商户 店铺 门面 商铺 "
    "违规 违法 非法 乱 强制 强行 拖延 拖欠 欺骗 欺诈 涉嫌 存在 影响 造成 导致 需要 增加 设置 建设 修建 规划 施工 扰民 安全 隐患 安全隐患 "
    "公共 地下 车库 车位 房屋 房子 住宅 住宅小区 安置房 商品房 商铺 经营 开办 销售 购买 购房 买房 收取 办理 申请 "
    "我市 我县 全市 全县 本市 本县 当地 市政府 县政府 省 市 县 号 "
    "很多 许多 不少 有些 各大 开设 提高 完善 进一步 强设 入户 尽早 早日 以及 即将 通过 附近的 过 等等 无人 有人 人 "
    "不能 但是 如果 因为 所以 而且 为何 为了 可能 应该 经常 目前 现在 今年 去年 明年 半年 已久 多年 几年 凌晨 半夜 深夜 晚上 白天 每天"
)
# Everyday words that alone make no name before an ending: 安置小区, 公办幼儿园.
COMMON = _words(
    "安置 居民 业主 附近 周边 旁边 整个 老旧 老 新 旧 大 小 高层 住宅 商业 公办 民办 配套 普惠 普惠性 私立 公立 农贸 综合 有限 有限公司 股份 责任 物业 "
    "管理 服务 房地产 地产 开发 置业 投资 建筑 工程 驾驶员 培训 科技 网络 技术 教育 文化 传媒 旅游 城市 农村 全市 南 北 东 西 左 右 多个 几个 一个 两个 各个 "
    "某 该 本 一期 二期 三期 四期 五期 一 二 三 四 五 六 七 八 九 十 号 期 栋 单元 高速 公交 公交车 地铁 火车 汽车 出租车 十字 丁字 三岔 交叉 断头 人行 "
    "乡村 自然 行政 街道 社区 小区 市 县 区 省 中心 实验 第一 第二 第三 人民 职业 专科 中医 妇幼 保健 国家 全国 地方 中国 同一 邮政 派出所 村 组 镇 路 街 "
    "道路 马路 公路 主路 辅路 支路 绕城 环线 便民 流动 红绿灯 车辆 车 货车 大货车 路段 高压 垃圾 搅拌 变电 加油 废品 收购 农民 公共 市场 商城 超市 幼儿园 小学 中学 学校 大学 医院 公司 厂 平台 项目 "
    "楼 居民楼 商住 宿舍 花园 广场 公园 户型 工业 物流 开发区 经开区 高新区 经济 线路 首末 末班 网约车 学生 家长 p2p 食品 商贸 贸易 电子 信息 保险 金融 安全 无证 夜间 晚上 "
    "改造 提质 旧城 棚户 高峰 高峰期 上班 下班 总 分 外国语 写字楼 住宅楼 住改商 普惠制 微信 车站 站 公交站 公交站台 站台 地铁站 局 行政 执法局 铁路 民办 线上 网上 天桥 过街 过街天桥 人行天桥"
)
