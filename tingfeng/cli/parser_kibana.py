"""Commands about Kibana."""

from __future__ import annotations

from pathlib import Path

from tingfeng.cli.commands import Commands
from tingfeng.cli.usage import seconds


def kibana(commands: Commands) -> None:
    """kibana: dashboards, saved searches, data views."""
    group = Commands(commands.group("kibana", "Kibana 仪表板", "dashboards of Kibana"), "action")
    build = group.leaf("build", "kibana:build", "生成 Kibana 导入文件",
                       "write the file that Kibana imports")  # fmt: skip
    build.option("-o", "--output", type=Path, default=Path("kibana.ndjson"), metavar="FILE",
                 zh="文件，默认 kibana.ndjson", en="file, by default kibana.ndjson")  # fmt: skip
    build.option("--decoded", type=Path, metavar="FOLDER", zh="另按对象写成可读、可比较的 JSON",
                 en="also write each object as JSON that people can read and compare")  # fmt: skip
    check = group.leaf("check", "kibana:check", "不用 Kibana 检查导入文件",
                       "look an import file over, without Kibana")  # fmt: skip
    check.option("file", nargs="?", type=Path, metavar="FILE", zh="默认检查现在会生成的",
                 en="by default what would be built now")  # fmt: skip
    check.option("--data", action="store_true", zh="另问 Elasticsearch：每个面板现在有没有数",
                 en="also ask Elasticsearch how much each panel shows now")  # fmt: skip
    import_ = group.leaf("import", "kibana:import_", "导入到 Kibana", "bring it into Kibana")
    import_.option("--file", type=Path, metavar="FILE", zh="默认导入现在会生成的",
                   en="by default what would be built now")  # fmt: skip
    import_.option("--keep", action="store_true", zh="已有的对象不覆盖", en="replace no object that is there")  # fmt: skip
    import_.option("--space", metavar="ID", zh="Kibana 空间，默认取 [kibana] space",
                   en="space of Kibana, by default that of [kibana]")  # fmt: skip
    import_.option("--create-space", action="store_true", zh="没有这个空间就新建（要管理员）",
                   en="make the space if it is missing (an administrator may)")  # fmt: skip
    import_.option("--default", action="store_true", zh="把帖子设为 Discover 默认的数据视图",
                   en="let Discover open with the posts")  # fmt: skip
    import_.option("--wait", type=seconds, default=60.0, metavar="SECONDS", zh="等 Kibana 就绪，最多几秒",
                   en="wait until Kibana is available, at most so long")  # fmt: skip
