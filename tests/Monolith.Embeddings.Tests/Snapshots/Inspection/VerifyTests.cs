using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Inspection;
using Monolith.Embeddings.Snapshots.Stores.Memory;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Inspection;

/// <summary>
/// Files whose checksums are right, and which a restore, a fold or a trainer would refuse nevertheless: verifying finds them.
/// </summary>
public class VerifyTests : LeakChecked
{
    private static readonly TinyChain Chain = TinyChain.MakeAsync(stripes: 4).GetAwaiter().GetResult();

    private static SnapshotCommit Full => Chain.Manifest.Commits[0];

    private static SnapshotCommit Delta => Chain.Manifest.Commits[1];

    [Test]
    public async Task An_id_outside_its_block_s_range_is_found([Values] bool delta, [Values] bool removal)
    {
        if (!delta && removal) return;
        var commit = delta ? Delta : Full;
        await AssertFoundAsync(commit, file =>
        {
            var section = file.Sections.IndexOf(removal ? TableSections.Removed(0) : TableSections.Rows(0));
            var at = file.Blocks.FindIndex(b => b.Section == section);
            var block = file.Blocks[at];
            file.Blocks[at] = block with { First = block.First ^ (1ul << 63), Last = block.Last ^ (1ul << 63) };
        }, "ids between", restores: false);
    }

    [Test]
    public async Task Two_rows_of_an_id_are_found([Values] bool delta)
    {
        // A restore takes either row of a delta, by chance; a fold refuses both.
        await AssertFoundAsync(delta ? Delta : Full,
            file => file.Blocks.Add(file.Blocks.First(b => file.Sections[b.Section] == TableSections.Rows(0))),
            "one row for each id of table 't'", restores: delta);
    }

    [Test]
    public async Task A_filter_s_record_that_is_not_whole_is_found()
    {
        await AssertFoundAsync(Delta, file =>
        {
            var section = file.Sections.IndexOf(TableSections.Admission(0));
            var at = file.Blocks.FindIndex(b => b.Section == section);
            file.Blocks[at] = file.Blocks[at] with { Payload = file.Blocks[at].Payload[..^1] };
        }, "record of admission", restores: false);
    }

    [Test]
    public async Task A_named_section_out_of_order_is_found()
    {
        await AssertFoundAsync(Full, file =>
        {
            var at = file.Blocks.FindIndex(b => file.Sections[b.Section] == "model");
            file.Blocks[at] = file.Blocks[at] with { First = 7, Last = 7 };
        }, "section 'model'", restores: false);
    }

    [Test]
    public async Task A_delta_of_other_tables_is_found([Values] bool fingerprint)
    {
        await AssertFoundAsync(Delta, file =>
        {
            if (fingerprint) file.Header = file.Header with { SchemaFingerprint = new byte[8] };
            else Describe(file, table => table with { TracksAdmissionTime = true });
        }, fingerprint ? "schema" : "TrackAdmissionTime", restores: false);
    }

    [Test]
    public async Task A_cut_that_no_clock_goes_on_from_is_found()
    {
        var last = Delta with { To = ulong.MaxValue };
        await AssertFoundAsync(last, file => file.Header = file.Header with { To = last.To }, "numbers of cuts", restores: false);
    }

    [Test]
    public async Task What_only_the_trainer_s_own_options_refuse_is_found_with_its_tables()
    {
        var store = await Chain.InMemoryAsync();
        using (var same = TinyChain.CreateTables())
        {
            Assert.That((await SnapshotInspector.VerifyAsync(store, same)).Problems, Is.Empty);
            Assert.That(same.Count, Is.Zero);
            same.Tables[0].Assign([1], [1], At.Seconds(1));
            Assert.That(() => SnapshotInspector.VerifyAsync(store, same), Throws.InvalidOperationException);
            Assert.That(same.Count, Is.EqualTo(1));
        }
        foreach (var (change, problem) in ((Action<EmbeddingTableOptions>, string)[])
            [
                (o => o.TrackFrequency = true, "counts of occurrences"),
                (o => o.MaxRows = 2, "room"),
                (o => o.Admission = new MinOccurrencesOptions(2) { HalfLifeSteps = 3 }, "admission"),
            ])
        {
            using var other = new EmbeddingTableSet(
                new TableSchema([TestTable.Plain(1, 1, o =>
                {
                    (o.Name, o.Admission) = ("t", new MinOccurrencesOptions(2));
                    change(o);
                })]), new() { MemoryLimitBytes = 1 << 20 });
            Assert.That((await SnapshotInspector.VerifyAsync(store, other)).Problems.Single().Message, Does.Contain(problem));
            Assert.That(other.Count, Is.Zero);
        }
    }

    // The same answer however few ids there is memory for.
    [TestCase(1)]
    [TestCase(64)]
    [TestCase(1 << 20)]
    public async Task Rows_are_told_apart_in_any_memory(int idBytes)
    {
        var store = new MemorySnapshotStore();
        using var tables = TinyChain.CreateTables(4);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        tables.Tables[0].Assign(TestTable.Range(0, 300), new float[300], At.Seconds(1));
        var commit = await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        using (var good = SnapshotContents.Open(await store.OpenAsync(commit.Training.Name)))
            new RestoreCheck(good, idBytes, default).Run();
        using var file = await store.OpenAsync(commit.Training.Name);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        var copy = SnapshotCopy.Of(bytes);
        var block = copy.Blocks.First(b => copy.Sections[b.Section] == TableSections.Rows(0));
        copy.Blocks.Add(block with { Items = 1, Payload = block.Payload[..(block.Payload.Length / (int)block.Items)] });
        using var damaged = SnapshotContents.Open(new MemorySnapshotFile("x", copy.Write("x").Bytes));
        Assert.That(() => new RestoreCheck(damaged, idBytes, default).Run(),
            Throws.TypeOf<SnapshotException>().With.Message.Contains("two for"));
    }

    private static void Describe(SnapshotCopy file, Func<TableDescription, TableDescription> change)
    {
        var at = file.Blocks.FindIndex(b => file.Sections[b.Section] == TableSections.Tables);
        var payload = TableDescriptionFormat.Write([.. TableDescriptionFormat.Read(file.Blocks[at].Payload).Select(change)]).ToArray();
        file.Blocks[at] = file.Blocks[at] with { Items = (uint)payload.Length, Payload = payload };
        // A row that is longer by the column.
        var rows = file.Sections.IndexOf(TableSections.Rows(0));
        for (var i = 0; i < file.Blocks.Count; i++)
        {
            if (file.Blocks[i].Section != rows) continue;
            var block = file.Blocks[i];
            file.Blocks[i] = block with { Payload = [.. block.Payload, .. new byte[block.Items * sizeof(uint)]] };
        }
    }

    private static async Task AssertFoundAsync(SnapshotCommit commit, Action<SnapshotCopy> change, string problem, bool restores)
    {
        var copy = SnapshotCopy.Of(Chain.Files[commit.Training.Name]);
        change(copy);
        var (bytes, entry) = copy.Write(commit.Training.Name);
        using var contents = SnapshotContents.Open(new MemorySnapshotFile(entry.Name, bytes));
        var changed = commit with
        {
            Training = entry,
            Rows = contents.Tables.Sum(t => t.Rows),
            Serving = commit.To == ulong.MaxValue || commit.Rows != contents.Tables.Sum(t => t.Rows) ? null : commit.Serving,
        };
        SnapshotCommit[] commits = [.. Chain.Manifest.Commits.Select(c => c.Number == commit.Number ? changed : c)];
        var manifest = new SnapshotManifest(Chain.Manifest.Chain, Chain.Manifest.Incarnation, commits, Chain.Manifest.Trainer).ToBytes();
        var store = await Chain.InMemoryAsync(entry.Name, bytes, manifest);
        using (var tables = TinyChain.CreateTables())
        {
            Func<Task> open = async () => (await SnapshotChain.OpenAsync(store, tables)).Dispose();
            Assert.That(open, restores ? Throws.Nothing : Throws.InstanceOf<SnapshotException>());
        }
        store = await Chain.InMemoryAsync(entry.Name, bytes, manifest);
        var found = await SnapshotInspector.VerifyAsync(store);
        Assert.That(found.Problems.Select(p => p.File), Is.EqualTo(new[] { entry.Name }));
        Assert.That(found.Problems[0].Message, Does.Contain(problem));
    }
}
