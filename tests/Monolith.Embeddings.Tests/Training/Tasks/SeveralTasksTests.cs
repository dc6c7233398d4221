using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Models;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Tasks;

/// <summary>One model of two tasks against a model for each.</summary>
public class SeveralTasksTests
{
    private const int Rows = 60_000;

    [Test]
    public async Task Both_tasks_are_calibrated_and_as_good_as_in_models_of_their_own([Values("lr", "fm", "deep")] string name)
    {
        var (both, click, purchase) = (
            await LearnAsync(name, biases: 2), await LearnAsync(name, 1, "click"), await LearnAsync(name, 1, "purchase"));
        AssertGood(both, click, 0);
        AssertGood(both, purchase, 1);

        static void AssertGood(MetricsSummary[] both, MetricsSummary[] own, int task)
        {
            TestContext.Out.WriteLine($"task {task}: AUC {both[task].Auc:F4} of {own[task].Auc:F4}, {both[task].Calibration:F3}");
            Assert.That(both[task].Calibration, Is.EqualTo(1).Within(0.03));
            Assert.That(both[task].Auc, Is.GreaterThan(own[task].Auc - 0.01).And.GreaterThan(0.75));
            Assert.That((own[1 - task].Examples, own[1 - task].Unscored > 0), Is.EqualTo((0L, true)), "what is not learned is not scored");
        }
    }

    /// <summary>Why ids have a bias for each task: of two likings that have nothing in common, one bias can be neither.</summary>
    [Test]
    public async Task A_bias_that_tasks_share_ranks_worse_than_one_for_each()
    {
        var (own, shared) = (await LearnAsync("lr", biases: 2), await LearnAsync("lr", biases: 1));
        TestContext.Out.WriteLine($"AUC {own[0].Auc:F4} and {own[1].Auc:F4}; shared {shared[0].Auc:F4} and {shared[1].Auc:F4}");
        Assert.That(shared[0].Auc, Is.LessThan(own[0].Auc - 0.005));
        Assert.That(shared[1].Auc, Is.LessThan(own[1].Auc - 0.05));
    }

    [Test]
    public async Task A_weight_makes_a_task_count_for_more_where_tasks_share([Values(0, 1)] int task)
    {
        string[] names = ["click", "purchase"];
        var plain = await LearnAsync("lr", biases: 1);
        var weighted = await LearnAsync("lr", biases: 1, configure: o => o.TaskWeights[names[task]] = 20);
        Assert.That(weighted[task].Auc, Is.GreaterThan(plain[task].Auc + 0.005));
        Assert.That(weighted[1 - task].Auc, Is.LessThan(plain[1 - task].Auc - 0.005));
    }

    [Test]
    public async Task Progress_has_the_metrics_of_each_task_and_those_of_the_reported_one([Values(null, "purchase")] string? reported)
    {
        var shop = new Shop(2000);
        using var tables = shop.CreateTables();
        using var model = new LogisticRegression(shop.Schema, new() { ReportedTask = reported });
        await using var trainer = new OnlineTrainer(tables, model, shop.Source(), new() { WindowExamples = 500 });
        var reports = new List<TrainingProgress>();
        var last = await trainer.RunAsync(new Told(reports.Add));
        var task = reported is null ? shop.Click : shop.Purchase;
        Assert.That(reports, Has.Count.EqualTo(4));
        foreach (var report in reports)
        {
            Assert.That((report.Window, report.Total), Is.EqualTo((report.WindowOf(task), report.TotalOf(task))));
            Assert.That(report.WindowOf(shop.Click).Examples, Is.EqualTo(500));
            Assert.That(report.WindowOf(shop.Purchase).Examples, Is.InRange(166, 167));
        }
        foreach (var one in shop.Schema.Tasks) Assert.That(last.TotalOf(one), Is.EqualTo(trainer.Metrics.Total(one)));
        Assert.That(() => last.WindowOf(new ModelFixture(tasks: 3).Schema.Tasks[2]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Evaluations_score_each_task_by_itself()
    {
        var shop = new Shop(20_000, biases: 2);
        using var tables = shop.CreateTables();
        using var model = new LogisticRegression(shop.Schema);
        await using var trainer = new OnlineTrainer(tables, model, shop.Source());
        await trainer.RunAsync();
        var result = await trainer.EvaluateAsync(shop.Source());
        Assert.That(result[shop.Click].Auc, Is.GreaterThan(0.8));
        Assert.That(result[shop.Purchase].Auc, Is.GreaterThan(0.8));
        Assert.That((result[shop.Click].Examples, result[shop.Purchase].Examples), Is.EqualTo((20_000L, 6_667L)));
    }

    /// <summary>The metrics of each task over the second half of the stream.</summary>
    private static async Task<MetricsSummary[]> LearnAsync(
        string name, int biases, string? task = null, Action<OnlineModelOptions>? configure = null)
    {
        var shop = new Shop(Rows, biases: biases);
        using var tables = shop.CreateTables();
        using var model = ModelFixture.Create(name, shop.Schema, new AdagradOptions { LearningRate = 0.02f }, [16], options =>
        {
            if (task is not null) options.Tasks = [task];
            configure?.Invoke(options);
        });
        var (metrics, rows) = (new ProgressiveMetrics(shop.Schema), 0);
        await using var trainer = new OnlineTrainer(tables, model, shop.Source(), new() { Scored = Score });
        await trainer.RunAsync();
        return [.. shop.Schema.Tasks.Select(metrics.Total)];

        void Score(ExampleBatch batch, ReadOnlySpan<float> logits)
        {
            if ((rows += batch.Rows) > Rows / 2) metrics.Add(batch, logits);
        }
    }

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
