using System.Text;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Tests.Snapshots.Manifest;

/// <summary>A trainer's sign of life in the manifest.</summary>
public class HeartbeatTests
{
    private static readonly Guid Trainer = new("00000000-0000-0000-0000-0000000000aa");

    [Test]
    public void What_was_written_is_read([Values] HeartbeatState state)
    {
        var written = Beating(state);
        var read = SnapshotManifest.Parse(written.ToBytes());
        Assert.That(read.Heartbeat, Is.EqualTo(Sign(state)));
        Assert.That(read.ToBytes(), Is.EqualTo(written.ToBytes()));
        Assert.That(Encoding.UTF8.GetString(written.ToBytes()), Does.Contain("\"version\": 5").And.Contain("\"everyMilliseconds\": 10000"));
    }

    [Test]
    public void Without_one_a_manifest_is_written_as_before()
    {
        Assert.That(SnapshotManifest.Parse(TestChain.Manifest().ToBytes()).Heartbeat, Is.Null);
        Assert.That(Encoding.UTF8.GetString(TestChain.Manifest().ToBytes()), Does.Contain("\"version\": 1").And.Not.Contain("heartbeat"));
    }

    [TestCase("\"state\": \"ended\"", "\"state\": \"over\"")]
    [TestCase("\"examples\": 12345", "\"examples\": -5")]
    [TestCase("\"uncommitted\": 45", "\"uncommitted\": \"45\"")]
    [TestCase("\"everyMilliseconds\": 10000", "\"everyMilliseconds\": 99999999999999999999")]
    public void What_is_none_is_refused(string written, string changed)
    {
        var text = Encoding.UTF8.GetString(Beating(HeartbeatState.Ended).ToBytes());
        Assert.That(text, Does.Contain(written));
        var bytes = Encoding.UTF8.GetBytes(text.Replace(written, changed));
        ManifestFormat.Digits(ManifestFormat.Checksum(bytes)).CopyTo(bytes, ManifestFormat.ChecksumStart(bytes));
        Assert.That(() => SnapshotManifest.Parse(bytes),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Damaged));
    }

    [Test]
    public void It_stays_with_commits_and_folds_and_goes_with_a_takeover()
    {
        var manifest = Beating(HeartbeatState.Training);
        var next = manifest.Append(TestChain.Full(1, 10) with { Trainer = Trainer });
        Assert.That(next.Heartbeat, Is.EqualTo(manifest.Heartbeat));
        Assert.That(next.Retain(new() { Commits = 1, Age = TimeSpan.Zero }, DateTimeOffset.UnixEpoch).Heartbeat, Is.Not.Null);
        Assert.That(next.Until(1).Heartbeat, Is.Not.Null);
        Assert.That(next.TakeOver(Guid.NewGuid()).Heartbeat, Is.Null, "another trainer may promise nothing");
    }

    [Test]
    public void Who_was_replaced_gives_no_more()
    {
        var taken = Beating(HeartbeatState.Training).TakeOver(Guid.NewGuid());
        var refused = Assert.Throws<SnapshotException>(() => taken.Beat(Trainer, Sign(HeartbeatState.Training)));
        Assert.That((refused!.IsReplaced, refused.Fault), Is.EqualTo((true, SnapshotFault.Refused)));
    }

    private static SnapshotManifest Beating(HeartbeatState state) =>
        SnapshotManifest.Begin(TestSnapshot.Chain, Trainer).Beat(Trainer, Sign(state));

    private static SnapshotHeartbeat Sign(HeartbeatState state) => new()
    {
        Time = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero),
        Every = TimeSpan.FromSeconds(10),
        State = state,
        Examples = 12345,
        Uncommitted = 45,
        EventTime = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123),
    };
}
