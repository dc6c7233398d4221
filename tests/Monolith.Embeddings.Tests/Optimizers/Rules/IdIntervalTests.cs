using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class IdIntervalTests : LeakChecked
{
    [Test]
    public void Five_steps_by_hand()
    {
        var (weights, state) = (new float[] { 99 }, new float[2]);
        var rule = new IdInterval(new IdIntervalOptions { LearningRate = 0.5f });
        rule.Begin(weights, state, new RowBirth { Id = 1, Step = 40, Occurrences = 4 });
        Assert.That(weights[0], Is.EqualTo(10f), "born at step 40 with four occurrences");
        foreach (var (step, mean) in new[] { (40L, 10f), (44, 7), (44, 7), (45, 4), (61, 10) })
        {
            rule.Apply(weights, state, [123], new OptimizerContext(1, step, 3));
            Assert.That(weights[0], Is.EqualTo(mean), $"step {step}");
        }
    }

    [Test]
    public void Steps_beyond_what_a_float_counts_are_told_apart()
    {
        var (weights, state) = (new float[1], new float[2]);
        var rule = new IdInterval(new IdIntervalOptions { LearningRate = 1 });
        rule.Begin(weights, state, new RowBirth { Id = 1, Step = (1L << 40) + 1, Occurrences = 1 });
        rule.Apply(weights, state, [0], new OptimizerContext(1, (1L << 40) + 4, 1));
        Assert.That(weights[0], Is.EqualTo(3f));
    }

    [Test]
    public void The_first_sighting_of_an_assigned_row_starts_its_clock()
    {
        using var table = TestTable.Create(Options());
        table.Assign([7], [12], eventTime: At.Seconds(0));
        table.ApplyGradients([7], [0], [], eventTime: At.Seconds(0), step: 1000);
        Assert.That(TestTable.Read(table, 7), Is.EqualTo(new[] { 12f }));
        table.ApplyGradients([7], [0], [], eventTime: At.Seconds(0), step: 1002);
        Assert.That(TestTable.Read(table, 7)[0], Is.EqualTo(7f));
    }

    [Test]
    public void A_row_is_born_with_the_occurrences_that_its_filter_counted()
    {
        using var table = TestTable.Create(Options(new MinOccurrencesOptions(6)));
        table.ApplyGradients([7], [0], [2], eventTime: At.Seconds(0), step: 10);
        table.ApplyGradients([7], [0], [3], eventTime: At.Seconds(0), step: 50);
        Assert.That(table.Contains(7), Is.False);
        table.ApplyGradients([7], [0], [5], eventTime: At.Seconds(0), step: 100);
        Assert.That(TestTable.Read(table, 7), Is.EqualTo(new[] { 10f }));
        table.LookupOrAdmit([8], [8], new float[1], eventTime: At.Seconds(0), step: 200);
        table.ApplyGradients([8], [0], [8], eventTime: At.Seconds(0), step: 200);
        Assert.That(TestTable.Read(table, 8), Is.EqualTo(new[] { 25f }));
    }

    // A moving mean of geometric intervals m has a standard deviation of about m sqrt(lr / (2 - lr)); the mean of 200 ids has a fourteenth
    // of it.
    [Test]
    public void Recovers_the_mean_interval_of_a_stream([Values(2, 10, 50)] int interval)
    {
        const int Ids = 200;
        using var table = TestTable.Create(Options(rate: 0.1f));
        var random = new Random(interval);
        var seen = new List<long>();
        for (var step = 0L; step < 60 * interval; step++)
        {
            seen.Clear();
            for (var id = 0; id < Ids; id++)
            {
                if (random.Next(interval) == 0) seen.Add(id);
            }
            table.ApplyGradients([.. seen], new float[seen.Count], [], eventTime: At.Seconds(0), step);
        }
        var estimates = TestTable.Read(table, TestTable.Range(0, Ids));
        Assert.That(estimates.Average(), Is.EqualTo((double)interval).Within(6).Percent);
        Assert.That(estimates, Is.All.GreaterThan(interval * 0.2f).And.All.LessThan(interval * 2.2f));
    }

    [Test]
    public void Any_dimension_but_1_is_refused() => Assert.That(
        OptionFailures.PathsOf(() => TestTable.Create(Options(dimension: 2, rate: 1.5f))),
        Is.EqualTo(new[] { "Segments[0].Optimizer.LearningRate", "Segments[0].Optimizer.Dimension" }));

    // In 16 bits an interval of more than 65,504 would be refused, and its id's row with it, permanently.
    [TestCase(RowPrecision.Float16)]
    [TestCase(RowPrecision.BFloat16)]
    public void Anything_but_exact_weights_is_refused(RowPrecision precision)
    {
        var options = Options();
        (options.Segments[0].Precision, options.Segments[0].FakeQuantization) = (precision, new RowCodecOptions());
        Assert.That(OptionFailures.PathsOf(() => TestTable.Create(options)),
            Is.EqualTo(new[] { "Segments[0].Precision", "Segments[0].FakeQuantization" }));
        options.Segments[0].FakeQuantization = null;
        Assert.That(
            () => TestTable.Create(options), Throws.Exception.With.Message.Contains("IdIntervalOptions").And.Message.Contains("Float32"));
    }

    private static EmbeddingTableOptions Options(AdmissionFilterOptions? admission = null, int dimension = 1, float rate = 0.5f)
    {
        var options = new EmbeddingTableOptions { Name = "intervals", Admission = admission };
        options.Segments.Add(
            new SegmentOptions { Name = "interval", Dimension = dimension, Optimizer = new IdIntervalOptions { LearningRate = rate } });
        return options;
    }
}
