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
        Refuse(text.Replace("\"version\": 1", "\"version\": 4"));
        Refuse(text.Replace("\"version\": 1", "\"version\": 5"));
        Refuse(text.Replace("\"version\": 1", "\"version\": 6"));
        Refuse(text.Replace("\"version\": 1", "\"version\": 7"));
        Refuse(text.Replace("\"version\": 1", "\"version\": 8"), "version 1 to 7");
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
    public void What_replicas_get_of_tables_is_all_that_changed_since_they_have_them()
    {
        var chain = TestChain.ManifestWithServedTables();
        var first = SnapshotManifest.Begin(TestSnapshot.Chain).Append(TestChain.Full(1, 10));
        var owing = first.Append(Next(2, TestChain.Served("t", 1, 1)));
        Assert.That(chain.ToBytes(), Is.EqualTo(SnapshotManifest.Parse(chain.ToBytes()).ToBytes()));
        Refused(() => first.Append(Next(2, TestChain.Served("t", 0, 0), TestChain.Served("t", 1, 2))), "different names");
        Refused(() => first.Append(Next(2, TestChain.Served("", 1, 1))), "tables with names");
        Refused(() => first.Append(Next(2, TestChain.Served("t", 2, 2))), "from 2 to 2");
        Refused(() => first.Append(Next(2, TestChain.Served("t", 0, 1))), "from 0 to 1");
        Refused(() => first.Append(Next(2, TestChain.Served("t", 1, 1)) with { Serving = null }), "without one");
        Refused(() => first.Append(TestChain.Full(2, 12) with { ServedTables = [TestChain.Served("t", 1, 1)] }), "a Full");
        Refused(() => owing.Append(Next(3)), "less");
        Refused(() => owing.Append(Next(3, TestChain.Served("t", 2, 3))), "less");
        Refused(() => owing.Append(Next(3, TestChain.Served("other", 2, 2))), "less");
        Assert.That(owing.Append(Next(3, TestChain.Served("t", 1, 3))).Append(Next(4)).Commits, Has.Count.EqualTo(4));
        // A replica that loads the full has all of it.
        var folded = owing.Compact(TestChain.Full(2, 11) with { Training = File("folded"), Serving = File("folded serving") });
        Assert.That(folded.Append(Next(3, TestChain.Served("t", 2, 3))).Newest!.Number, Is.EqualTo(3));
        Refused(() => folded.Append(Next(3, TestChain.Served("t", 2, 2))).Append(Next(4)), "less");

        static SnapshotFileEntry File(string name) => new() { Name = name.Replace(' ', '-'), Length = 10, Crc32C = 1 };

        static SnapshotCommit Next(ulong number, params ServedTable[] tables) =>
            TestChain.Delta(number, 8 + number, 9 + number) with { ServedTables = tables };
    }

    [Test]
    public void A_commit_that_is_held_leaves_all_tables_out_and_is_written_as_version_6()
    {
        var first = SnapshotManifest.Begin(TestSnapshot.Chain).Append(TestChain.Full(1, 10));
        var held = TestChain.Delta(2, 10, 11) with { IsHeld = true, ServedTables = [TestChain.Served("t", 1, 1)] };
        var full = TestChain.Full(3, 12) with { IsHeld = true, Serving = null, ServedTables = [TestChain.Served("t", 1, 1)] };
        Refused(() => first.Append(held with { ServedTables = [] }), "left out");
        Refused(() => first.Append(held with { ServedTables = [TestChain.Served("t", 1, 2)] }), "left out");
        Refused(() => first.Append(held with { Serving = null }), "a Delta without");
        var owing = first.Append(held);
        Refused(() => owing.Append(full with { Serving = TestChain.Full(3, 12).Serving }), "a Full with");
        var both = owing.Append(full);
        foreach (var manifest in new[] { owing, both })
        {
            var text = Encoding.UTF8.GetString(manifest.ToBytes());
            Assert.That(text, Does.Contain("\"version\": 6").And.Contains("\"held\": true").And.Contains("\"held\": false"));
            Assert.That(SnapshotManifest.Parse(manifest.ToBytes()).Commits, Is.EqualTo(manifest.Commits));
            Assert.That(manifest.Published!.Newest!.Number, Is.EqualTo(1));
            Assert.That(manifest.ServedChain.First().Number, Is.EqualTo(1));
            Assert.That(manifest.Retain(new() { Commits = 1, Age = TimeSpan.Zero }, TestChain.Start.AddDays(1)).Commits[0].Number,
                Is.EqualTo(1), "what was published stays");
        }
        Refused(() => both.Append(TestChain.Delta(4, 12, 13) with { ServedTables = [TestChain.Served("t", 3, 4)] }), "less");
        var open = both.Append(TestChain.Full(4, 13)).Retain(new() { Commits = 1, Age = TimeSpan.Zero }, TestChain.Start.AddDays(1));
        Assert.That(Encoding.UTF8.GetString(open.ToBytes()), Does.Not.Contain("held"), "written as before once none is held");
        var heldFirst = full with { Number = 1, ServedTables = [TestChain.Served("t", 0, 0)] };
        Assert.That(SnapshotManifest.Begin(TestSnapshot.Chain).Append(heldFirst).Published, Is.Null);
    }

    [Test]
    public void Commits_stay_that_a_table_is_still_to_be_made_of()
    {
        var chain = SnapshotManifest.Begin(TestSnapshot.Chain).Append(TestChain.Full(1, 10));
        for (var n = 2ul; n < 12; n++)
        {
            // Given with commit 4, and owed since.
            var served = n == 4 ? TestChain.Served("t", 1, 4) : n < 4 ? TestChain.Served("t", 1, 1) : TestChain.Served("t", 4, 4);
            var delta = TestChain.Delta(n, 8 + n, 9 + n);
            chain = chain.Append(delta with { Training = delta.Training with { Length = 10_000 }, ServedTables = [served] });
            if (n % 3 > 0) continue;
            var file = new SnapshotFileEntry { Name = $"folded-{n}", Length = 100_000, Crc32C = 1 };
            chain = chain.Compact(TestChain.Full(n, 9 + n) with { Training = file, Serving = file with { Name = $"served-{n}" } });
        }
        SnapshotRetention retention = new() { Commits = 1, Age = TimeSpan.Zero };
        Assert.That(First(retention), Is.EqualTo(3), "commit 5 is the first that is owed, and stands after the full of 3");
        Assert.That(First(new() { Commits = 1, Age = TimeSpan.Zero, KeepsOwed = false }), Is.EqualTo(9));
        Assert.That(First(new() { Commits = 1, Age = TimeSpan.Zero, MaxBytes = 400_000 }), Is.EqualTo(9), "bytes come first");

        ulong First(SnapshotRetention which) => chain.Retain(which, TestChain.Start.AddDays(1)).Commits[0].Number;
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

    [Test]
    public void The_text_of_a_commit_says_how_many_segments_it_has()
    {
        var segments = Enumerable.Range(0, 300).Select(i => new SnapshotSegment
        {
            Section = "joiner",
            Name = $"s{i}",
            File = new() { Name = $"segment-{i}", Length = 1, Crc32C = 1 },
        });
        var text = (TestChain.Delta(2, 10, 12) with { Segments = [.. segments], DroppedSegments = [.. segments.Take(7)] }).ToString();
        Assert.That(text, Does.StartWith("SnapshotCommit { Number = 2, ").And.Contains(", From = 10, To = 12, "));
        const string expected = ", Segments = 300, DroppedSegments = 7, ServedTables = [], IsHeld = False }";
        Assert.That(text, Does.Contain(expected).And.Not.Contains("segment-"));
    }

    private static void Refused(Action change, string reason)
    {
        var refusal = Assert.Throws<SnapshotException>(() => change())!;
        Assert.That(refusal.Fault, Is.EqualTo(SnapshotFault.Refused));
        Assert.That(refusal.Message, Does.Contain(reason));
    }
}
