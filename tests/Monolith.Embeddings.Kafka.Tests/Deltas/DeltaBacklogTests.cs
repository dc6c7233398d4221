using Monolith.Embeddings.Kafka.Deltas.Publishing;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>What a publisher finds in a manifest.</summary>
public class DeltaBacklogTests
{
    private static readonly SnapshotManifest Manifest = SnapshotManifest.Begin(Guid.NewGuid(), Guid.NewGuid());

    [Test]
    public void The_first_time_the_newest_commit_is_announced()
    {
        Assert.That(DeltaBacklog.After(Manifest, null, 16), Is.Empty);
        var (manifest, commits) = Chain(3);
        Assert.That(DeltaBacklog.After(manifest, null, 16), Is.EqualTo(new[] { new BacklogStep(commits[2], true) }));
    }

    [Test]
    public void Then_each_delta_is_sent_also_where_a_full_stands_for_it()
    {
        var (manifest, commits) = Chain(5);
        var folded = manifest.Compact(commits[3] with
        {
            Kind = SnapshotKind.Full,
            From = 0,
            Parent = Guid.Empty,
            Tombstones = 0,
            Training = Entry("folded"),
            Serving = Entry("folded-serving"),
        });
        BacklogStep[] expected = [new(commits[2], false), new(commits[3], false), new(commits[4], false)];
        Assert.That(DeltaBacklog.After(manifest, commits[1], 16), Is.EqualTo(expected));
        Assert.That(DeltaBacklog.After(folded, commits[1], 16), Is.EqualTo(expected));
        Assert.That(DeltaBacklog.After(folded, commits[4], 16), Is.Empty);
    }

    [Test]
    public void Where_there_are_too_many_or_the_last_one_is_gone_the_newest_is_announced()
    {
        var (manifest, commits) = Chain(6);
        Assert.That(DeltaBacklog.After(manifest, commits[0], 5), Has.Count.EqualTo(5));
        Assert.That(DeltaBacklog.After(manifest, commits[0], 4), Is.EqualTo(new[] { new BacklogStep(commits[5], true) }));
        var other = commits[2] with { Id = Guid.NewGuid() };
        Assert.That(DeltaBacklog.After(manifest, other, 16), Is.EqualTo(new[] { new BacklogStep(commits[5], true) }));
    }

    private static (SnapshotManifest Manifest, List<SnapshotCommit> Commits) Chain(int count)
    {
        var (manifest, commits) = (Manifest, new List<SnapshotCommit>());
        for (var i = 1; i <= count; i++)
        {
            var commit = new SnapshotCommit
            {
                Number = (ulong)i,
                Id = Guid.NewGuid(),
                Parent = i == 1 ? Guid.Empty : commits[^1].Id,
                Trainer = manifest.Trainer,
                Kind = i == 1 ? SnapshotKind.Full : SnapshotKind.Delta,
                Incarnation = manifest.Incarnation,
                From = i == 1 ? 0 : (ulong)i,
                To = (ulong)i + 1,
                Created = DateTimeOffset.UnixEpoch.AddYears(50),
                Rows = 1,
                Tombstones = 0,
                Training = Entry($"training-{i}"),
                Serving = Entry($"serving-{i}"),
            };
            commits.Add(commit);
            manifest = manifest.Append(commit);
        }
        return (manifest, commits);
    }

    private static SnapshotFileEntry Entry(string name) => new() { Name = name, Length = 10, Crc32C = 1 };
}
