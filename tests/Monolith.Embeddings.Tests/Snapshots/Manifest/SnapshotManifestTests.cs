using System.Text;
using System.Text.Json;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Manifest;

public sealed class SnapshotManifestTests
{
    [Test]
    public void What_was_written_is_read()
    {
        var (written, read) = (TestChain.Manifest(), SnapshotManifest.Parse(TestChain.Manifest().ToBytes()));
        Assert.That((read.Chain, read.Incarnation), Is.EqualTo((written.Chain, 2ul)));
        Assert.That(read.Commits, Is.EqualTo(written.Commits));
        Assert.That(read.ToBytes(), Is.EqualTo(written.ToBytes()));
        Assert.That(SnapshotManifest.Parse(SnapshotManifest.Begin(TestSnapshot.Chain).ToBytes()).Commits, Is.Empty);
    }

    [Test]
    public void Other_programs_read_it_as_json()
    {
        using var json = JsonDocument.Parse(TestChain.Manifest().ToBytes());
        var commit = json.RootElement.GetProperty("commits")[1];
        Assert.That((commit.GetProperty("kind").GetString(), commit.GetProperty("to").GetUInt64(),
            commit.GetProperty("training").GetProperty("crc32c").GetString()),
            Is.EqualTo(("delta", 12ul, "0123abcd")).Or.EqualTo(("full", 12ul, "0123abcd")));
    }

    [Test]
    public void Another_spelling_is_refused_though_its_checksum_is_right()
    {
        var text = Encoding.UTF8.GetString(TestChain.Manifest().ToBytes());
        Refuse(text.Replace("\"rows\": 1001", "\"rows\":  1001"));
        Refuse(text.Replace("0123abcd", "0123ABCD"));
        Refuse(text.Replace("\"kind\": \"full\"", "\"kind\": \"whole\""));
        Refuse(text.Replace("\"version\": 1", "\"version\": 2"));
        Refuse(text.Replace("\"version\": 1", "\"version\": 3"));
        Refuse(text.Replace("\"version\": 1", "\"version\": 4"), "version 1 to 3");
        Refuse(text.Replace("\"from\": 10", "\"from\": 11"), "cut 10");
        Refuse(text.Replace("\"number\": 3", "\"number\": 4"), "commit 3");

        void Refuse(string changed, string reason = "")
        {
            var bytes = Encoding.UTF8.GetBytes(changed);
            Assert.That(changed, Is.Not.EqualTo(text));
            ManifestFormat.Digits(ManifestFormat.Checksum(bytes)).CopyTo(bytes, ManifestFormat.ChecksumStart(bytes));
            Assert.That(() => SnapshotManifest.Parse(bytes), Throws.TypeOf<SnapshotException>().With.Message.Contains(reason));
        }
    }

    [Test]
    public void A_commit_that_breaks_the_chain_is_refused_and_changes_nothing()
    {
        var empty = SnapshotManifest.Begin(TestSnapshot.Chain);
        var chain = empty.Append(TestChain.Full(1, 10)).Append(TestChain.Delta(2, 10, 12));
        var next = TestChain.Delta(3, 12, 13);
        Refused(() => empty.Append(TestChain.Delta(1, 10, 12)), "begins with a full");
        Refused(() => chain.Append(TestChain.Delta(3, 11, 13)), "a delta from cut 12");
        Refused(() => chain.Append(TestChain.Delta(4, 12, 13)), "commit 3 next");
        Refused(() => chain.Append(TestChain.Delta(2, 10, 12)), "2 again");
        Refused(() => chain.Append(TestChain.Full(2, 12)), "2 again");
        Refused(() => chain.Append(TestChain.Full(3, 12)), "after 12");
        Refused(() => chain.Append(TestChain.Delta(3, 12, 12)), "12 after 12");
        Refused(() => chain.Append(next with { Training = chain.Newest!.Training }), "again");
        Refused(() => chain.Append(next with { Training = next.Training with { Name = "../x" } }), "../x");
        Refused(() => chain.Append(next with { Training = next.Training with { Length = 0 } }), "1 byte");
        Refused(() => chain.Append(next with { Rows = -1 }), "-1 rows");
        Refused(() => chain.Append(next with { Created = next.Created.ToOffset(TimeSpan.FromHours(1)) }), "UTC");
        Refused(() => chain.Append(next with { Kind = 0 }), "a full or a delta");
        Assert.That(chain.Append(next).Append(TestChain.Full(4, 14)).Commits, Has.Count.EqualTo(4));
        Assert.That(chain.Commits, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_trainer_that_was_replaced_cannot_append()
    {
        var chain = SnapshotManifest.Begin(TestSnapshot.Chain).Append(TestChain.Full(1, 10)).TakeOver();
        Assert.That(chain.Incarnation, Is.EqualTo(2));
        Refused(() => chain.Append(TestChain.Delta(2, 10, 12)), "incarnation 1");
        Refused(() => chain.Append(TestChain.Delta(2, 10, 12, incarnation: 3)), "incarnation 3");
        Assert.That(chain.Append(TestChain.Delta(2, 10, 12, incarnation: 2)).Commits, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_commit_of_another_history_is_refused_though_its_numbers_fit()
    {
        var (ours, theirs) = (Guid.NewGuid(), Guid.NewGuid());
        var full = TestChain.Full(1, 10) with { Id = Guid.NewGuid(), Trainer = ours };
        var delta = TestChain.Delta(2, 10, 12) with { Id = Guid.NewGuid(), Parent = full.Id, Trainer = ours };
        var chain = SnapshotManifest.Begin(TestSnapshot.Chain, ours).Append(full);
        Refused(() => chain.Append(delta with { Trainer = theirs }), "set back");
        Refused(() => chain.Append(delta with { Parent = Guid.NewGuid() }), $"{full.Id}");
        Refused(() => chain.Append(TestChain.Full(2, 12) with { Id = delta.Id, Parent = full.Id, Trainer = ours }), "to go on from");
        chain = chain.Append(delta);
        Refused(() => chain.Compact(TestChain.Full(2, 12) with { Id = Guid.NewGuid(), Trainer = ours }), "set back");
        Assert.That(chain.Compact(TestChain.Full(2, 12) with { Id = delta.Id, Trainer = ours }).Commits, Has.Count.EqualTo(3));
        Assert.That(chain.TakeOver(theirs).Trainer, Is.EqualTo(theirs));
    }

    [Test]
    public void A_compaction_stands_behind_the_commit_that_it_equals()
    {
        var chain = SnapshotManifest.Begin(
            TestSnapshot.Chain).Append(TestChain.Full(1, 10)).Append(TestChain.Delta(2, 10, 12)).Append(TestChain.Delta(3, 12, 20));
        var compacted = chain.Compact(TestChain.Full(2, 12));
        Assert.That(compacted.Commits.Select(c => (c.Number, c.Kind == SnapshotKind.Full)),
            Is.EqualTo(new[] { (1ul, true), (2ul, false), (2ul, true), (3ul, false) }));
        Assert.That(compacted.NewestChain.Select(c => c.To), Is.EqualTo(new[] { 12ul, 20ul }));
        Refused(() => compacted.Compact(TestChain.Full(2, 12) with
        {
            Training = new() { Name = "x", Length = 1, Crc32C = 1 },
            Serving = null
        }), "second");
        Refused(() => chain.Compact(TestChain.Full(2, 11)), "cut 12");
        Refused(() => chain.Compact(TestChain.Full(9, 12)), "does not have");
        Refused(() => chain.Compact(TestChain.Full(1, 10) with
        {
            Training = new() { Name = "x", Length = 1, Crc32C = 1 },
            Serving = null
        }), "second");
        Refused(() => chain.Compact(TestChain.Delta(2, 10, 12)), "a full");
        Assert.That(compacted.Append(TestChain.Delta(4, 20, 21)).Commits, Has.Count.EqualTo(5));
    }

    // Fulls stand at places 0, 3 and 5; commit i was made i minutes after the first.
    [TestCase(1, 0, 5)]
    [TestCase(2, 0, 5)]
    [TestCase(3, 0, 3)]
    [TestCase(4, 0, 3)]
    [TestCase(5, 0, 0)]
    [TestCase(6, 0, 0)]
    [TestCase(100, 0, 0)]
    [TestCase(1, 61, 5)]
    [TestCase(1, 121, 3)]
    [TestCase(1, 100_000, 0)]
    public void What_is_new_or_needed_stays(int commits, int seconds, int oldest)
    {
        var chain = SnapshotManifest.Begin(TestSnapshot.Chain)
            .Append(TestChain.Full(1, 1)).Append(TestChain.Delta(2, 1, 2)).Append(TestChain.Delta(3, 2, 3)).Append(TestChain.Full(4, 4))
            .Append(TestChain.Delta(5, 4, 5)).Append(TestChain.Full(6, 6)).Append(TestChain.Delta(7, 6, 7));
        var kept = chain.Retain(new() { Commits = commits, Age = TimeSpan.FromSeconds(seconds) }, TestChain.Start.AddMinutes(7));
        Assert.That(kept.Commits, Is.EqualTo(chain.Commits.Skip(oldest)));
        Assert.That(SnapshotManifest.Parse(kept.ToBytes()).Commits, Is.EqualTo(kept.Commits));
    }

    [Test]
    public void Wrong_options_and_arguments_are_refused()
    {
        Assert.That(OptionFailures.PathsOf(() => TestChain.Manifest(
            ).Retain(new() { Commits = 0, Age = TimeSpan.FromDays(-1) }, TestChain.Start)), Is.EqualTo(new[] { "Commits", "Age" }));
        Assert.That(() => SnapshotManifest.Begin(Guid.Empty), Throws.ArgumentException);
        Assert.That(SnapshotManifest.Begin(TestSnapshot.Chain).Retain(new(), TestChain.Start).Commits, Is.Empty);
    }

    private static void Refused(Action change, string reason)
    {
        var refusal = Assert.Throws<SnapshotException>(() => change())!;
        Assert.That(refusal.Fault, Is.EqualTo(SnapshotFault.Refused));
        Assert.That(refusal.Message, Does.Contain(reason));
    }
}
