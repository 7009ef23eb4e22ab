// Streamlit's own widgets say a few things in English that no setting changes. This table says
// them in Chinese, as soon as they appear. What people have typed is never touched: inside
// content only whole sentences of Streamlit's are replaced, and inputs not at all.
"use strict";

const WORDS = {
  // frame and menu
  "Skip to main content": "跳到正文",
  "Sidebar": "侧栏",
  "Collapse sidebar": "收起侧栏",
  "Expand sidebar": "展开侧栏",
  "App pages": "菜单",
  "App Logo": "标志",
  "Main menu": "主菜单",
  "Navigate to home page": "返回首页",
  "View less": "收起",
  "view less": "收起",
  "view more": "展开",
  "Link to heading": "标题链接",
  "Notifications": "通知",
  "Close": "关闭",
  "Dismiss": "关闭",
  "Help": "说明",
  "Menu": "菜单",
  "Resize dialog": "调整大小",
  "Running...": "正在处理…",
  "RUNNING...": "正在处理…",
  "CONNECTING": "正在连接…",
  "Connecting": "正在连接…",
  "Connecting...": "正在连接…",
  "Stopping...": "正在停止…",
  "Stop": "停止",
  "Rerun": "重新运行",
  "Always rerun": "总是重新运行",
  "Loading...": "正在读取…",
  "Loading": "正在读取",
  "Retry": "重试",
  "Try again": "重试",
  "Copy": "复制",
  "Copied": "已复制",
  "Copy to clipboard": "复制",
  "Toolbar action": "工具",
  // choices
  "Choose an option": "请选择",
  "Choose options": "请选择",
  "Choose or add an option": "请选择或新增",
  "Choose or add options": "请选择或新增",
  "Add an option": "新增",
  "No options to select": "没有可选项",
  "No options to select.": "没有可选项",
  "No options": "没有可选项",
  "Select...": "请选择",
  "Clear all": "全部清除",
  "Clear value": "清除",
  "Clear entry": "清除",
  "Selected values": "已选",
  "Selectbox": "选择框",
  "Selectbox options": "可选项",
  "Multiselect": "多选框",
  "Multiselect options": "可选项",
  "Open": "展开",
  "Remove": "移除",
  // text and numbers
  "Press Enter to apply": "按回车键确认",
  "Press Enter to submit form": "按回车键提交",
  "Press Ctrl+Enter to apply": "按 Ctrl+回车键确认",
  "Press Ctrl+Enter to submit form": "按 Ctrl+回车键提交",
  "Press ⌘+Enter to apply": "按 ⌘+回车键确认",
  "Press ⌘+Enter to submit form": "按 ⌘+回车键提交",
  "Show password": "显示口令",
  "Hide password": "隐藏口令",
  "Show password text": "显示口令",
  "Hide password text": "隐藏口令",
  "Increment": "加",
  "Decrement": "减",
  "Invalid input.": "填写的内容不符合要求",
  // dates
  "yyyy": "年",
  "mm": "月",
  "dd": "日",
  "Empty": "未填",
  "Calendar": "日历",
  "Choose date": "选择日期",
  "Choose date range": "选择起止日期",
  "Choose date and time": "选择日期和时间",
  "Clear dates": "清除日期",
  "Clear date": "清除日期",
  "Clear time": "清除时间",
  "Clear date and time": "清除日期和时间",
  "Previous month": "上个月",
  "Next month": "下个月",
  "Start Date": "开始日期",
  "End Date": "结束日期",
  // files
  "Upload": "选择文件",
  "Browse files": "选择文件",
  "file upload": "选择文件",
  "Upload directories": "选择文件夹",
  "Add files": "添加文件",
  "Drag and drop a file here": "把文件拖到这里",
  "Drag and drop files here": "把文件拖到这里",
  "Drag and drop file here": "把文件拖到这里",
  "Drag and drop directories here": "把文件夹拖到这里",
  // tables
  "Fullscreen": "全屏",
  "Close fullscreen": "退出全屏",
  "Search": "查找",
  "Close Search": "关闭查找",
  "Type to search": "输入要查找的文字",
  "Next Result": "下一处",
  "Previous Result": "上一处",
  "Add row": "增加一行",
  "Delete row(s)": "删除所选行",
  "Clear selection": "取消选择",
  "Show/hide columns": "显示或隐藏列",
  "Download as CSV": "下载为 CSV",
  "Dataframe column menu": "列菜单",
  "Copy column name": "复制列名",
  "Sort ascending": "升序",
  "Sort descending": "降序",
  "Statistics": "统计",
  "Format": "格式",
  "Autosize": "自动列宽",
  "Pin column": "固定此列",
  "Unpin column": "取消固定",
  "Hide column": "隐藏此列",
  "Scrollable table": "表格",
  "Pagination": "分页",
  "Previous page": "上一页",
  "Next page": "下一页",
  "empty": "空",
  "(index)": "行",
  "Automatic": "自动",
  "Localized": "按地区",
  "Plain": "原样",
  "Compact": "缩写",
  "Dollar": "美元",
  "Euro": "欧元",
  "Yen": "日元",
  "Percent": "百分比",
  "Scientific": "科学计数",
  "Accounting": "会计",
  "Duration": "时长",
  "Distance": "距今",
  // charts
  "Show data": "查看数据",
  "Show chart": "查看图表",
  "Download as PNG": "下载为图片",
  "Copy Vega-Lite spec": "复制图表定义",
  "Vega visualization": "图表",
  "visualization": "图表",
  "axis": "坐标轴",
  "legend": "图例",
  "bar": "柱",
  "point": "点",
  "group mark container": "图形",
  "rect mark container": "柱形",
  "symbol mark container": "点",
  "text mark container": "文字",
  "line mark container": "线",
  "rule mark container": "线",
};

const SENTENCES = [
  [/^No results$/, "没有匹配项"],
  [/^Select all$/, "全选"],
  [/^Shortcut (.+)$/, "快捷键 $1"],
  [/^Help for (.+)$/, "$1：说明"],
  [/^[a-z_]+ icon$/, "图标"],
  [/^Is Streamlit still running\?.*$/s, "与服务器的连接断开了。请稍候，系统会自动重新连接；如果一直如此，请联系系统管理员。"],
  [/^Streamlit server is not responding\..*$/s, "服务器没有响应，请检查网络；如果一直如此，请联系系统管理员。"],
  [/^streamlit run yourscript\.py$/, "正在等待服务器"],
  [/^Connection error$/, "连接断开"],
  [/^Connection (timed out|closed|lost)\b.*$/s, "与服务器的连接断开了，正在重新连接。"],
  [/^(Response received|Request failed) with status (\d+).*$/s, "服务器返回了错误 $2，请稍候再试。"],
  [/^(Network error|Request timed out|Failed to establish websocket connection)$/, "网络连接失败，请稍候再试。"],
  [/^Page not found$/, "没有这个页面"],
  [/^.*Running the app's main page\.$/s, "您打开的地址不存在，或您的账号不能查看，已为您打开首页。"],
  [/^Bad message format$/, "页面出错了"],
  [/^Script execution error$/, "页面出错了"],
  [/^Oh no\.?$/, "页面出错了"],
  [/^(Uncaught app execution|This app has encountered an error\..*)$/s, "页面出错了，请刷新重试；如果一直如此，请联系系统管理员。"],
  [/^(.+) per file • (.+)$/, "每个文件不超过 $1，格式：$2"],
  [/^Limit (.+) per file • (.+)$/, "每个文件不超过 $1，格式：$2"],
  [/^(?:Limit )?(.+) per file$/, "每个文件不超过 $1"],
  [/^File must be (.+) or smaller\.?$/, "文件不能超过 $1"],
  [/^Error:\s*$/, "出错："],
  [/^(.*) files are not allowed\.$/, "不能上传这种格式的文件"],
  [/^You can only select up to (\d+) options?\. Remove an option first\.$/, "最多选 $1 项，请先去掉一项"],
  [/^Select (\d+) matches$/, "选中这 $1 项"],
  [/^Number is below the allowed range\.(?: Please enter a value greater than or equal to (.+)\.)?$/, "数值太小，不能小于 $1"],
  [/^Number is above the allowed range\.(?: Please enter a value less than or equal to (.+)\.)?$/, "数值太大，不能大于 $1"],
  [/^Number is outside the allowed range\. Please enter a value between (.+) and (.+)\.$/, "数值应在 $1 与 $2 之间"],
  [/^Date set outside allowed range\. Please select a date between (.+) and (.+)\.$/, "日期应在 $1 与 $2 之间"],
  [/^Invalid time format\..*$/, "时间应写成 时:分"],
  [/^Use arrow keys to navigate dates\..*$/, "用方向键选日期，回车确定，Esc 关闭"],
  [/^View (\d+) more$/, "另有 $1 项"],
  [/^Add: (.+)$/, "新增：$1"],
  [/^Remove (.+)$/, "移除 $1"],
  [/^(\d+) options? available\.$/, "有 $1 项可选"],
  [/^(\d+) results?$/, "$1 处"],
  [/^(\d+) of (\d+) results?$/, "第 $1 处，共 $2 处"],
  [/^Page (\d+)$/, "第 $1 页"],
  [/^Go to page (\d+)$/, "第 $1 页"],
  [/^year, (.*)$/, "年，$1"],
  [/^month, (.*)$/, "月，$1"],
  [/^day, (.*)$/, "日，$1"],
  [/^Choose date, (.*)$/, "选择日期，$1"],
  [/^Today, (.*)$/, "今天，$1"],
  [/^Selected Date: (.*)$/, "已选日期：$1"],
  [/^([XY])-axis titled '(.*)' for .*$/s, "$1 轴：$2"],
  [/^([XY])-axis for .*$/s, "$1 轴"],
];

const ATTRIBUTES = ["aria-label", "aria-roledescription", "title", "placeholder"];
const CONTENT = '[data-testid="stMarkdownContainer"], [data-testid="stText"], [data-testid="stTable"], [role="grid"], [role="option"]';
// Labels of Streamlit's own that are drawn like content of ours.
const OWN_LABEL = '[data-testid="stFileUploaderDropzone"] button';
const LATIN = /[A-Za-z]{2}/;

function translated(text, onlySentences) {
  if (text.length > 400 || !LATIN.test(text)) return null;
  const trimmed = text.trim();
  if (Object.hasOwn(WORDS, trimmed)) return onlySentences ? null : WORDS[trimmed];
  for (const [pattern, chinese] of SENTENCES) {
    if (pattern.test(trimmed)) return trimmed.replace(pattern, chinese);
  }
  return null;
}

function readText(node) {
  const parent = node.parentElement;
  if (!parent || !LATIN.test(node.data) || /^(SCRIPT|STYLE|TEXTAREA)$/.test(parent.tagName)) return;
  const ours = parent.closest(CONTENT) !== null && parent.closest(OWN_LABEL) === null;
  const chinese = translated(node.data, ours);
  if (chinese !== null) node.data = chinese;
}

function readAttribute(element, name) {
  const value = element.getAttribute(name);
  if (value === null) return;
  // The buttons of a table are called "Search: 案件列表".
  const [head, ...whose] = value.split(": ");
  const ofTable = whose.length > 0 && Object.hasOwn(WORDS, head);
  const chinese = ofTable ? `${WORDS[head]}:${whose.join(": ")}` : translated(value, false);
  if (chinese !== null) element.setAttribute(name, chinese);
}

function readTree(root) {
  if (root.nodeType === Node.TEXT_NODE) return readText(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = root; node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) readText(node);
    else for (const name of ATTRIBUTES) readAttribute(node, name);
  }
}

// A form named autofocus_… has its first field focused once when it appears, and again when its
// name changes, as it does for the next matter: a clerk types on without the mouse.
let focused = "";
let firstField = null;

function focusFirstField() {
  const form = document.querySelector('[class*="st-key-autofocus_"]');
  const name = form ? /st-key-(autofocus_\w+)/.exec(form.className)[1] : "";
  // Tab goes from field to field, past the crosses and arrows within them.
  const within = '[data-testid="stSelectbox"] button:not([tabindex="-1"])';
  if (form) for (const button of form.querySelectorAll(within)) button.tabIndex = -1;
  // Drawn anew while the page comes up, the field is another one, and nobody has the focus.
  const lost = firstField && !firstField.isConnected && document.activeElement === document.body;
  if (name === focused && !lost) return;
  const field = form && form.querySelector("input:not([disabled]), textarea:not([disabled])");
  // What is drawn first need not be first: the code of a text field may come after a choice's.
  if (form && (!field || form.querySelector('[data-testid="stSkeleton"]'))) return;
  focused = name;
  firstField = field;
  if (field) field.focus();
}

// What a clerk has typed into a choice is chosen when he goes on with Tab or saves with Ctrl+Enter,
// as with Enter: left alone, Streamlit would drop it without a word. On a slow machine he is there
// before the options are; then the key waits for them.
const OPTIONS_WITHIN = 500;
const typedInto = new WeakSet();

function comboBox(event) {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.getAttribute("role") !== "combobox") return null;
  return box.closest('[class*="st-key-autofocus_"]') ? box : null;
}

function press(box, key, ctrlKey) {
  const event = { key, code: key, ctrlKey, bubbles: true, cancelable: true };
  box.dispatchEvent(new KeyboardEvent("keydown", event));
}

function chosen(box) {
  if (!box.getAttribute("aria-activedescendant")) return false;
  typedInto.delete(box);
  press(box, "Enter", false);
  return true;
}

function focusBeside(box, backwards) {
  const fields = [...document.querySelectorAll("input, textarea, button, a[href], [tabindex]")].filter(
    (field) => field.tabIndex >= 0 && !field.disabled && field.getClientRects().length > 0,
  );
  const beside = fields[fields.indexOf(box) + (backwards ? -1 : 1)];
  if (beside) beside.focus();
}

document.addEventListener(
  "input",
  (event) => {
    const box = comboBox(event);
    if (box) typedInto.add(box);
  },
  true,
);

document.addEventListener(
  "keydown",
  (event) => {
    const saves = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if ((event.key !== "Tab" && !saves) || !event.isTrusted || event.isComposing) return;
    const box = comboBox(event);
    if (!box || box.getAttribute("aria-expanded") !== "true" || chosen(box)) return;
    if (!typedInto.has(box) || !box.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const until = performance.now() + OPTIONS_WITHIN;
    const goOn = () => {
      if (!chosen(box) && performance.now() < until && document.activeElement === box) {
        setTimeout(goOn, 10);
      } else if (saves) {
        press(box, "Enter", true);
      } else {
        focusBeside(box, event.shiftKey);
      }
    };
    setTimeout(goOn, 10);
  },
  true,
);

new MutationObserver((changes) => {
  focusFirstField();
  for (const change of changes) {
    if (change.type === "childList") change.addedNodes.forEach(readTree);
    else if (change.type === "characterData") readText(change.target);
    else readAttribute(change.target, change.attributeName);
  }
}).observe(document.documentElement, {
  subtree: true,
  childList: true,
  characterData: true,
  attributes: true,
  attributeFilter: ATTRIBUTES,
});
readTree(document.documentElement);
