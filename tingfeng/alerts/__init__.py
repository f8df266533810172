"""When to tell people, and how."""

RULES = {
    "share": "tingfeng.alerts.rules:ShareRule",
    "redline": "tingfeng.alerts.rules:RedlineRule",
    "account": "tingfeng.alerts.signals:AccountRule",
    "media": "tingfeng.alerts.signals:MediaRule",
    "hot": "tingfeng.alerts.signals:HotRule",
    "regulator": "tingfeng.alerts.signals:RegulatorRule",
    "issue": "tingfeng.alerts.issue_rule:IssueRule",
}
"""What opens an incident: to add one, write a class with ``firings`` and ``quiet``."""

NOTIFIERS = {
    "console": "tingfeng.alerts.console:Console",
    "wecom": "tingfeng.alerts.wecom:WeCom",
    "dingtalk": "tingfeng.alerts.dingtalk:DingTalk",
    "feishu": "tingfeng.alerts.feishu:Feishu",
    "email": "tingfeng.alerts.email:Email",
    "webhook": "tingfeng.alerts.webhook:Webhook",
    "apprise": "tingfeng.alerts.apprise:Apprise",
}
"""Where messages go: to add a channel, write one file with one class."""
