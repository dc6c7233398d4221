using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Publication;

/// <summary>A commit is asked for while another one is being written.</summary>
public class PublishNextTests
{
    [Test]
    public void A_request_is_for_a_commit_that_begins_after_it()
    {
        var schema = CrashScenario.CreateSchema();
        var metrics = new ProgressiveMetrics(schema);
        var gate = new PublicationGate(new(), schema, NullLogger.Instance, TimeProvider.System);
        gate.Hold("a test");
        gate.PublishNext();
        Assert.That(gate.Decide(metrics, 0, []), Is.False, "the first request");
        gate.PublishNext();
        gate.Committed(Commit(1));
        Assert.That(gate.LetsThrough);
        Assert.That(gate.Decide(metrics, 0, []), Is.False, "the second request");
        gate.Committed(Commit(2));
        Assert.That(gate.Decide(metrics, 0, []), Is.True, "no request is left");
    }

    [Test]
    public void A_request_stays_until_a_commit_becomes_durable()
    {
        var schema = CrashScenario.CreateSchema();
        var metrics = new ProgressiveMetrics(schema);
        var gate = new PublicationGate(new(), schema, NullLogger.Instance, TimeProvider.System);
        gate.Hold("a test");
        gate.PublishNext();
        Assert.That(gate.Decide(metrics, 0, []), Is.False);
        // It could not be written.
        Assert.That(gate.Decide(metrics, 0, []), Is.False);
        gate.Committed(Commit(1));
        Assert.That(gate.LetsThrough, Is.False);
    }

    private static SnapshotCommit Commit(ulong number) => new()
    {
        Number = number,
        Kind = SnapshotKind.Full,
        Incarnation = 1,
        From = 0,
        To = number,
        Created = DateTimeOffset.UnixEpoch,
        Rows = 1,
        Tombstones = 0,
        Training = new() { Name = "training", Length = 1, Crc32C = 0 },
    };
}
