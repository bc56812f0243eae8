"""The standard's words in the reader's language."""

from collections.abc import Mapping
from typing import Final

from tcmchain.web.i18n import N_

KINDS: Final[Mapping[str, str]] = {
    "ObjectEvent": N_("物件事件"),
    "AggregationEvent": N_("聚合事件"),
    "TransactionEvent": N_("交易事件"),
    "TransformationEvent": N_("转化事件"),
    "AssociationEvent": N_("关联事件"),
}
STEPS: Final[Mapping[str, str]] = {
    "accepting": N_("接受"),
    "arriving": N_("到达"),
    "assembling": N_("组装"),
    "collecting": N_("收集"),
    "commissioning": N_("启用编码"),
    "consigning": N_("托运"),
    "creating_class_instance": N_("产出批次"),
    "cycle_counting": N_("循环盘点"),
    "decommissioning": N_("停用编码"),
    "departing": N_("离开"),
    "destroying": N_("销毁"),
    "disassembling": N_("拆解"),
    "dispensing": N_("发药"),
    "encoding": N_("写码"),
    "entering_exiting": N_("进出"),
    "holding": N_("扣留"),
    "inspecting": N_("检验"),
    "installing": N_("安装"),
    "killing": N_("废除标签"),
    "loading": N_("装车"),
    "other": N_("其他"),
    "packing": N_("包装"),
    "picking": N_("拣货"),
    "receiving": N_("收货"),
    "removing": N_("移除"),
    "repackaging": N_("重新包装"),
    "repairing": N_("修理"),
    "replacing": N_("更换"),
    "reserving": N_("预留"),
    "retail_selling": N_("零售"),
    "sampling": N_("取样"),
    "sensor_reporting": N_("传感器读数"),
    "shipping": N_("发货"),
    "staging_outbound": N_("待运"),
    "stock_taking": N_("盘点"),
    "stocking": N_("上架"),
    "storing": N_("入库"),
    "transporting": N_("运输"),
    "unloading": N_("卸车"),
    "unpacking": N_("拆包"),
    "void_shipping": N_("撤回发货"),
}
