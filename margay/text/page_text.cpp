// Every word of the pages, in both languages.
#include "margay/text/page_text.h"

#include "margay/core/number_text.h"

namespace margay::text {

std::string PageText::not_drawn(std::string_view what, std::string_view why) const {
  return say("{} is not drawn: {}", "{}没有画出来：{}", what, why);
}

std::vector<std::string> PageText::epoch_columns() const {
  if (language_ == Language::chinese)
    return {"轮次", "损失", "准确率", "验证损失", "验证准确率", "秒", "图片/秒"};
  return {"epoch", "loss", "accuracy", "val loss", "val accuracy", "seconds", "images/s"};
}

std::string PageText::the_epoch() const {
  return say("The epoch", "这一轮");
}

std::string PageText::all_epochs(size_t count) const {
  return say("All {} epochs", "全部 {} 轮", count);
}

std::string PageText::decisions_lead() const {
  return say("What nobody has asked for, and why it is so.", "没有人指定过的设置，以及这样设定的原因。");
}

std::string PageText::and_more(int64_t rest) const {
  return say("and {} more", "以及另外 {} 个", grouped(rest));
}

std::string PageText::class_name() const {
  return say("class", "类别");
}

std::string PageText::all() const {
  return say("all", "合计");
}

std::string PageText::pictures_of_classes(size_t count) const {
  return say("Pictures of all {} classes", "全部 {} 个类别的图片", count);
}

std::string PageText::pictures_of_first(size_t named, size_t count) const {
  return say("Pictures of the first {} of {} classes", "{1} 个类别中前 {0} 个的图片", named, count);
}

std::vector<std::string> PageText::network_columns() const {
  if (language_ == Language::chinese) return {"层", "输出", "参数", "浮点运算量"};
  return {"layer", "output", "parameters", "FLOPs"};
}

std::string PageText::running_statistics(int64_t count) const {
  return say(", {} of them running statistics, which are measured and not trained",
             "，其中 {} 个是滑动统计量，由测量得到而不经训练", grouped(count));
}

std::string PageText::network_note(int64_t parameters, const std::string& untrained, double megabytes) const {
  return say(
      "{} parameters{}, {:.1f} MB in float32. FLOPs are of the forward pass of one picture. The stronger the "
      "colour, the larger the layer's share.",
      "共 {} 个参数{}，以 float32 存储为 {:.1f} "
      "MB。浮点运算量指一张图片的一次前向传播。颜色越深，该层所占的比例越大。",
      grouped(parameters), untrained, megabytes);
}

std::string PageText::all_layers(size_t count) const {
  return say("All {} layers", "全部 {} 层", count);
}

std::vector<std::string> PageText::score_columns() const {
  if (language_ == Language::chinese) return {"类别", "精确率", "召回率", "F1", "图片"};
  return {"class", "precision", "recall", "F1", "pictures"};
}

std::string PageText::scores_of_all(size_t count) const {
  return say("Scores of all {} classes", "全部 {} 个类别的得分", count);
}

std::string PageText::scores_of_lowest(size_t count) const {
  return say("Scores of the {} classes with the lowest F1", "F1 最低的 {} 个类别的得分", count);
}

std::string PageText::recognised(const std::string& name) const {
  return say("{}, recognised", "{}，识别正确", name);
}

std::string PageText::taken_for(const std::string& truth, const std::string& said) const {
  return say("{}, taken for {}", "{}，被认作{}", truth, said);
}

std::string PageText::matrix_legend() const {
  return say(
      "Rows: the true class. Columns: the predicted class. The stronger the colour, the larger the share of "
      "the row.",
      "行：真实类别。列：预测类别。颜色越深，在该行中所占的比例越大。");
}

std::string PageText::click_a_number() const {
  return say(" Click a number to see its pictures.", "点击数字可以查看对应的图片。");
}

std::string PageText::matrix_corner() const {
  return say("true \\ predicted", "真实 \\ 预测");
}

std::string PageText::never_confused() const {
  return say("No class was ever taken for another one.", "没有任何类别被认作其他类别。");
}

std::string PageText::most_confused() const {
  return say("Most often confused", "最常混淆的类别");
}

std::vector<std::string> PageText::pair_columns() const {
  if (language_ == Language::chinese) return {"真实类别", "预测为", "图片", "占该类别"};
  return {"true class", "predicted as", "pictures", "of the class"};
}

std::string PageText::confusion_matrix() const {
  return say("Confusion matrix", "混淆矩阵");
}

std::string PageText::pictures_of_cells() const {
  return say("Pictures of each cell", "每一格的图片");
}

std::string PageText::most_confident(const std::string& all, int64_t shown) const {
  return say("{}; the {} with the highest confidence", "{}；以下是置信度最高的 {} 张", all, shown);
}

std::string PageText::cell_summary(const std::string& described, int64_t count) const {
  return say("{}: {}", "{}：{}", described, pictures(count));
}

std::string PageText::true_class() const {
  return say("true class: ", "真实类别：");
}

std::string PageText::all_right() const {
  return say("Every picture was classified correctly.", "所有图片都分类正确。");
}

std::string PageText::least_confident() const {
  return say("The pictures that it was least confident about", "它最没有把握的图片");
}

std::string PageText::accuracy() const {
  return say("Accuracy", "准确率");
}

std::string PageText::loss() const {
  return say("Loss", "损失");
}

std::string PageText::learning_rate() const {
  return say("Learning rate", "学习率");
}

std::string PageText::images_per_second() const {
  return say("Images per second", "每秒图片数");
}

std::string PageText::seconds() const {
  return say("Seconds", "秒");
}

std::string PageText::by_epoch(const std::string& panel) const {
  return say("{} by epoch", "各轮的{}", panel);
}

std::string PageText::validation_accuracy() const {
  return say("Validation accuracy", "验证准确率");
}

std::string PageText::training_accuracy() const {
  return say("Training accuracy", "训练准确率");
}

std::string PageText::interval(double low, double high) const {
  return say("95 %: {:.1f} to {:.1f} %", "95 % 区间：{:.1f} % 至 {:.1f} %", 100 * low, 100 * high);
}

std::string PageText::no_validation_pictures() const {
  return say("no validation pictures", "没有验证图片");
}

std::string PageText::last_epoch() const {
  return say("last epoch", "最后一轮");
}

std::string PageText::training() const {
  return say("Training", "训练");
}

std::string PageText::features_then_layer() const {
  return say("features of all pictures, then the last layer", "先计算所有图片的特征，再拟合最后一层");
}

std::string PageText::epochs() const {
  return say("Epochs", "轮次");
}

std::string PageText::of_training(double seconds) const {
  return say("{} of training", "训练用时 {}", duration_text(language_, seconds));
}

std::string PageText::of_fitted_layer() const {
  return say("of the fitted layer", "拟合后的最后一层");
}

std::string PageText::speed() const {
  return say("Speed", "速度");
}

std::string PageText::pictures_a_second() const {
  return say("pictures a second", "图片/秒");
}

std::string PageText::pictures_tile() const {
  return say("Pictures", "图片");
}

std::string PageText::mean_cross_entropy() const {
  return say("mean cross-entropy", "平均交叉熵");
}

std::string PageText::measured_on(const std::string& pictures, const std::string& weights,
                                  const std::string& loss) const {
  return say("Measured on {}{}: loss {}.", "在 {}上测得{}：损失 {}。", pictures, weights, loss);
}

std::string PageText::with_weights(const std::string& weights) const {
  return say(" with the {}", "（{}）", weights);
}

std::string PageText::mixed_alternative() const {
  return say("Training pictures and what they become, mixed in pairs", "训练图片以及两两混合后的样子");
}

std::string PageText::mixed_caption() const {
  return say(
      "Training pictures, and below each what augmentation makes of it: changed, and mixed with another one "
      "of its batch, anew in every epoch. Validation pictures are never varied.",
      "训练图片，下方是数据增强之后的样子：经过变换，并与同一批次中的另一张混合，每一轮都重新进行。验证图片从"
      "不变换。");
}

std::string PageText::variants_alternative() const {
  return say("One training picture in random variants", "一张训练图片的随机变体");
}

std::string PageText::variants_caption() const {
  return say(
      "One training picture as augmentation varies it, anew in every epoch. Validation pictures are never "
      "varied.",
      "一张训练图片经数据增强后的各种变体，每一轮都重新生成。验证图片从不变换。");
}

std::string PageText::samples_alternative() const {
  return say("Training pictures with their classes", "训练图片及其类别");
}

std::string PageText::samples_caption() const {
  return say("Training pictures, exactly as the network gets them.", "训练图片，与网络得到的完全一样。");
}

std::string PageText::same_weights() const {
  return say(
      "The same pictures in the same split, with everything that was decided. With the same version of the "
      "program and of its libraries, the same kind of processor and as many threads, the weights come out "
      "the same.",
      "同样的图片、同样的划分，以及当时决定的一切。只要程序及其各个库的版本、处理器种类和线程数都相同，得到的"
      "权重就相同。");
}

std::string PageText::to_measure() const {
  return say("To measure it on these validation pictures:", "要在这些验证图片上衡量它：");
}

std::string PageText::configuration() const {
  return say("Configuration, everything decided", "配置（所有决定）");
}

std::string PageText::machine() const {
  return say("Machine and versions", "机器与版本");
}

std::string PageText::one_point_caption() const {
  return say(
      "The last layer was fitted at once, to what the frozen layers before it see in the training pictures: "
      "there is one point instead of a curve, and both values are of the finished network.",
      "最后一层是一次拟合出来的，依据是前面冻结的各层在训练图片中看到的东西：因此只有一个点而没有曲线，两个数"
      "值都属于最终的网络。");
}

std::string PageText::curves_caption() const {
  return say(
      "Training and validation, epoch by epoch. Training values are means over an epoch, while the network "
      "changes.",
      "训练与验证的逐轮曲线。训练的数值是一轮中的平均值，其间网络一直在变化。");
}

std::string PageText::training_and_validation() const {
  return say("Training and validation", "训练与验证");
}

std::string PageText::curves() const {
  return say("Curves", "曲线");
}

std::string PageText::diagnosis() const {
  return say("Diagnosis", "诊断");
}

std::string PageText::what_next() const {
  return say("What next", "下一步");
}

std::string PageText::class_by_class() const {
  return say("Class by class", "逐类结果");
}

std::string PageText::mistakes() const {
  return say("Mistakes", "答错的图片");
}

std::string PageText::training_pictures() const {
  return say("Training pictures", "训练图片");
}

std::string PageText::network() const {
  return say("Network", "网络");
}

std::string PageText::left_out() const {
  return say("Left out", "未使用的文件");
}

std::string PageText::with_a_note() const {
  return say("Used with a note", "使用但需注意的文件");
}

std::string PageText::decided() const {
  return say("Decided by margay", "由 margay 决定的设置");
}

std::string PageText::how_made() const {
  return say("How it was made", "如何得到的");
}

std::string PageText::how_to_repeat() const {
  return say("How to repeat it", "如何重现");
}

std::string PageText::in_short() const {
  return say("In short", "概要");
}

std::string PageText::look_at_pictures() const {
  return say("Look at the pictures", "看看图片");
}

std::string PageText::row_alternative() const {
  return say("A row of training pictures with their classes", "一行训练图片及其类别");
}

std::string PageText::row_caption() const {
  return say("Some of the training pictures, exactly as the network gets them.",
             "部分训练图片，与网络得到的完全一样。");
}

std::string PageText::pictures_to_numbers() const {
  return say("Turn pictures into numbers", "把图片变成数字");
}

std::string PageText::the_network() const {
  return say("The network", "网络");
}

std::string PageText::how_it_learns() const {
  return say("How it learns", "它如何学习");
}

std::string PageText::train() const {
  return say("Train", "训练");
}

std::string PageText::what_curves_say() const {
  return say("What the curves say", "曲线说明了什么");
}

std::string PageText::first_curves_caption() const {
  return say("Training and validation, epoch by epoch. The large dot marks the best validation epoch.",
             "训练与验证的逐轮曲线。大圆点标出验证效果最好的一轮。");
}

std::string PageText::show_differently() const {
  return say("Show every picture differently each time", "每次换一种样子展示图片");
}

std::string PageText::story_variants_caption() const {
  return say(
      "One training picture, and what the network may get instead. Validation pictures are never varied.",
      "一张训练图片，以及网络可能得到的替代图片。验证图片从不变换。");
}

std::string PageText::forget_a_part() const {
  return say("Forget a part of it each time", "每次忘掉一部分");
}

std::string PageText::train_again() const {
  return say("Train again", "再次训练");
}

std::string PageText::what_it_changed() const {
  return say("What it changed", "带来了什么变化");
}

std::string PageText::both_curves_caption() const {
  return say(
      "Both trainings in one plot: solid for training, dashed for validation. The large dots, and the "
      "numbers above, are the best validation epochs.",
      "两次训练画在同一张图里：实线为训练，虚线为验证。大圆点和上方的数字是各自验证效果最好的一轮。");
}

std::string PageText::decided_by_itself() const {
  return say("What margay decided by itself", "margay 自行决定的设置");
}

std::vector<std::string> PageText::comparison_columns() const {
  if (language_ == Language::chinese) return {"最后一轮", "训练", "验证", "95 % 区间", "差距"};
  return {"last epoch", "training", "validation", "95 % interval", "gap"};
}

std::string PageText::interval_cell(double low, double high) const {
  return say("{:.1f} to {:.1f} %", "{:.1f} % 至 {:.1f} %", 100 * low, 100 * high);
}

std::string PageText::gap_cell(double gap) const {
  return say("{:+.1f} points", "{:+.1f} 个百分点", 100 * gap);
}

std::string PageText::picture_of_class(const std::string& truth, const std::string& file) const {
  return say("Picture of class {}: {}", "类别 {} 的图片：{}", truth, file);
}

std::string PageText::it_shows(const std::string& truth) const {
  return say(" — it shows {}", " — 实际是 {}", truth);
}

std::string PageText::ask_it() const {
  return say("Ask it", "向它提问");
}

std::string PageText::for_this_network(const std::string& advice) const {
  return say("For this network: {}", "对于这个网络：{}", advice);
}

std::string PageText::pretrained_lead() const {
  return say(
      "Far more accurate with few pictures: a network that has learned from a million others, of which only "
      "the last layer is fitted to yours. With the 2,000 cats and dogs of the article it gets 99.3 % of the "
      "validation pictures right, in about a minute.",
      "图片不多时要准确得多：使用一个已经从上百万张其他图片中学习过的网络，只让最后一层适应您的图片。用文章中"
      "的 2,000 张猫狗图片，大约一分钟就能答对 99.3 % 的验证图片。");
}

std::string PageText::copy_a_recipe() const {
  return say("A recipe is a text file. Copy one, change it, train with it:",
             "配方是一个文本文件。复制一份，修改它，再用它训练：");
}

std::string PageText::your_own_pictures() const {
  return say("And the same story with your own pictures, in a folder per class:",
             "用您自己的图片（每个类别一个文件夹）讲同样的故事：");
}

std::string PageText::made_by(const std::string& data, const std::string& time) const {
  return say("Made by margay from {}{}.", "由 margay 根据 {} 生成{}。", data, time);
}

std::string PageText::in_time(double seconds) const {
  return say(" in {}", "，用时 {}", duration_text(language_, seconds));
}

std::string PageText::pictures(int64_t count) const {
  return counted(language_, count, "picture", "张图片");
}

std::string PageText::were_left_out(int64_t files) const {
  return say("{} could not be read and {} left out", "{}无法读取{}，没有使用",
             counted(language_, files, "file", "个文件"),
             language_ == Language::chinese ? ""
             : files == 1                   ? "was"
                                            : "were");
}

std::string PageText::are_used(int64_t files) const {
  return say("{} {} used although something is missing, was ignored or was guessed",
             "{}{}虽有缺失、被忽略或推测的内容，仍然使用", counted(language_, files, "file", "个文件"),
             language_ == Language::chinese ? ""
             : files == 1                   ? "is"
                                            : "are");
}

std::string PageText::mistakes_below(int64_t mistakes, int64_t shown) const {
  const std::string all = say("{} classified wrongly.", "{}分类错误。",
                              counted(language_, mistakes, "picture was", "张图片", "pictures were"));
  const std::string look = say("is the network mistaken, or the label?", "是网络错了，还是标签错了？");
  if (mistakes == 1) return say("{} It is worth a look: {}", "{}值得一看：{}", all, look);
  if (shown == mistakes) return say("{} Each is worth a look: {}", "{}每一张都值得一看：{}", all, look);
  return say("{} Here are the {} that it was most confident about. Each is worth a look: {}",
             "{}以下是它最有把握却答错的 {} 张。每一张都值得一看：{}", all, shown, look);
}

std::string PageText::column(const std::string& title) const {
  if (language_ == Language::english) return title;
  if (title == "Highest loss") return "最高损失";
  if (title == "Update ratio") return "更新比例";
  if (title == "Balanced accuracy") return "平衡准确率";
  if (title == "Held out loss") return "留出损失";
  if (title == "Held out accuracy") return "留出准确率";
  if (title == "L2") return "L2 强度";
  return title;
}

std::string PageText::split(std::string_view name) const {
  if (name == "train") return say("train", "训练集");
  if (name == "validation") return say("validation", "验证集");
  if (name == "test") return say("test", "测试集");
  if (name == "all") return say("all", "全部");
  return std::string(name);
}

std::string PageText::pictures_of(std::string_view split, int64_t count) const {
  if (split == "all") return pictures(count);
  if (language_ == Language::english) return counted(language_, count, fmt::format("{} picture", split), "");
  const std::string chinese = split == "validation" ? "张验证图片"
                              : split == "train"    ? "张训练图片"
                              : split == "test"     ? "张测试图片"
                                                    : fmt::format("张 {} 图片", split);
  return counted(language_, count, "", chinese);
}

std::string PageText::of_split(std::string_view split) const {
  return split == "all" ? std::string() : say("of the split {}", "属于 {}", this->split(split));
}

}  // namespace margay::text
