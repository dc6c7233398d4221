using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>What a trainer, its chain and its tables log.</summary>
public class TrainerLogTests : LeakChecked
{
    [Test]
    public async Task Failed_commits_and_their_end_are_logged()
    {
        var (store, log) = (new FaultyStore(), new FakeLogger());
        await using (var trainer = new TrainerUnderTest(store, 300, o =>
        {
            (o.Logger, o.Synchronization.Failures.Unreachable) = (log, 1_000_000);
            o.Scored = (_, _) => store.IsFull = log.Collector.GetSnapshot().Count(r => r.Id.Id == 3000) < 3;
        }))
            await trainer.Trainer.RunAsync();
        var told = log.Collector.GetSnapshot();
        var failed = told.Where(r => r.Id.Id == 3000).ToList();
        Assert.That(failed, Has.Count.GreaterThanOrEqualTo(3));
        Assert.That(failed.Select(r => r.Level).Distinct(), Is.EqualTo(new[] { LogLevel.Warning }));
        Assert.That(failed[^1].Message, Does.Contain($"{failed.Count} in a row of 1000000"), "one for each refused commit");
        Assert.That(told.Count(r => r.Id.Id == 3002), Is.EqualTo(1), "and one when they succeed again");
        Assert.That(told.Count(r => r.Id.Id == 2000), Is.EqualTo(1), "the chain logs there too");
    }

    [Test]
    public async Task A_trainer_that_gives_up_says_so()
    {
        var (store, log) = (new FaultyStore(), new FakeLogger());
        await using var trainer = new TrainerUnderTest(store, 20, o =>
        {
            (o.Logger, o.Synchronization.Failures.Unreachable) = (log, 1);
            o.Scored = (_, _) => store.IsFull = true;
        });
        Assert.ThrowsAsync<SnapshotException>(() => trainer.Trainer.RunAsync());
        var last = log.Collector.GetSnapshot()[^1];
        Assert.That((last.Id.Id, last.Level, last.Exception), Is.EqualTo((3001, LogLevel.Error, trainer.Trainer.LastCommitFailure)));
    }
}
