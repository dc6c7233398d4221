namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>A trainer does not notice that its tables are cut into ranges.</summary>
public class RangeTrainerTests
{
    private TrainedRange _one = null!;

    [OneTimeSetUp]
    public async Task TrainOnOneSet() => _one = await TrainedRange.OfOneSetAsync();

    [Test]
    public async Task A_trainer_learns_the_same_on_ranges([Values(1, 4, 64)] int ranges, [Values] bool answersLater)
    {
        var run = await TrainedRange.OfAsync(ranges, answersLater);
        Assert.That(run.Reports, Is.EqualTo(_one.Reports));
        Assert.That(run.Statistics, Is.EqualTo(_one.Statistics));
        Assert.That(run.EventTimes, Is.EqualTo(_one.EventTimes));
        Assert.That(run.Rows, Is.EqualTo(_one.Rows));
        Assert.That(run.Model, Is.EqualTo(_one.Model));
    }

    [Test]
    public async Task A_batch_makes_few_calls_for_all_tables_and_rows_together()
    {
        CountingTableSet? counting = null;
        var run = await TrainedRange.OfAsync((tables, options, time) => counting = new CountingTableSet(tables, options, time));
        Assert.That(run.Rows, Is.EqualTo(_one.Rows));
        // The time, the parents of new rows, the look-up and the gradients.
        Assert.That(counting!.BatchCalls, Is.EqualTo(4 * TrainedRange.Batches));
    }

    [Test]
    public void The_stream_has_all_that_could_differ()
    {
        var (full, counted) = (_one.Statistics[0], _one.Statistics[1]);
        Assert.That(full.Evicted, Is.GreaterThan(0), "evicted at the limit");
        Assert.That(full.Expired, Is.GreaterThan(0), "expired by time");
        Assert.That(counted.Expired, Is.GreaterThan(0), "expired by rank");
        Assert.That(counted.DroppedGradients, Is.GreaterThan(0), "refused by the sketch");
        Assert.That(_one.EventTimes.Future, Is.GreaterThan(0), "a clock a month ahead");
        Assert.That(_one.EventTimes.Clamped, Is.GreaterThan(0), "a clock half an hour ahead");
        Assert.That(_one.Reports, Has.Count.EqualTo(6));
    }
}
