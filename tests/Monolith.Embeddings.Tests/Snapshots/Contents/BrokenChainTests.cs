using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>
/// Files of a chain that are changed or lost while its trainer lives: the next commit is a full snapshot, which can be restored, and a
/// metric and the log say why.
/// </summary>
public class BrokenChainTests : LeakChecked
{
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> Sections = new() { ["model"] = "dense"u8.ToArray() };

    [Test]
    public async Task A_bit_of_any_file_of_the_chain_that_is_flipped_makes_the_next_commit_a_full_snapshot([Values] bool serving)
    {
        for (var file = 0; file < (serving ? 6 : 3); file++)
        {
            await AssertHealsAsync(serving, file, bytes =>
            {
                // In the middle of a block, which only its own checksum tells.
                bytes[TestSnapshot.Parts(bytes)[1].Start + 36] ^= 4;
                return bytes;
            }, "damaged");
        }
    }

    [Test]
    public async Task A_file_that_is_cut_short_or_changed_at_its_end_makes_the_next_commit_a_full_snapshot()
    {
        await AssertHealsAsync(true, 4, bytes => bytes[..^1], "damaged");
        await AssertHealsAsync(true, 4, bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)], "damaged");
        await AssertHealsAsync(true, 4, bytes => [.. bytes, 0], "damaged");
    }

    [Test]
    public async Task A_file_of_the_chain_that_is_deleted_makes_the_next_commit_a_full_snapshot([Range(0, 5)] int file) =>
        await AssertHealsAsync(true, file, _ => null, "missing");

    [Test]
    public async Task An_undamaged_chain_goes_on_by_deltas()
    {
        var log = new FakeLogger();
        using var trainer = await StartAsync(new MemorySnapshotStore(), log);
        for (var i = 0; i < 10; i++)
            Assert.That((await trainer.CommitAsync()).Kind, Is.EqualTo(i == 0 ? SnapshotKind.Full : SnapshotKind.Delta));
        Assert.That(log.Collector.GetSnapshot().Count(r => r.Id.Id == 2002), Is.Zero);
    }

    [Test]
    public async Task A_chain_that_is_folded_and_cleaned_goes_on_by_deltas()
    {
        var store = new MemorySnapshotStore();
        using var trainer = await StartAsync(store, new FakeLogger());
        for (var i = 0; i < 12; i++)
        {
            Assert.That((await trainer.CommitAsync()).Kind, Is.EqualTo(i == 0 ? SnapshotKind.Full : SnapshotKind.Delta));
            if (i % 3 != 2) continue;
            await SnapshotCompactor.CompactAsync(store);
            await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        }
    }

    // Of a chain that is longer than what is read at once each file has its turn.
    [Test]
    public async Task Damage_in_an_old_file_of_a_long_chain_is_found_in_time()
    {
        const int Deltas = 20;
        var store = new MemorySnapshotStore();
        using var trainer = await StartAsync(store, new FakeLogger(), rereadBytes: 4096);
        for (var i = 0; i <= Deltas; i++) await trainer.CommitAsync();
        var files = (await store.ListAsync()).Select(f => f.Name).ToList();
        await ChangeAsync(store, files[files.Count / 2], bytes =>
        {
            bytes[TestSnapshot.Parts(bytes)[1].Start + 36] ^= 4;
            return bytes;
        });
        var commits = 0;
        while ((await trainer.CommitAsync()).Kind == SnapshotKind.Delta) Assert.That(++commits, Is.LessThan(2 * Deltas));
        await trainer.AssertComesBackAsync(store);
    }

    [Test]
    public async Task Without_bytes_to_read_lengths_are_still_looked_at()
    {
        var store = new MemorySnapshotStore();
        using var trainer = await StartAsync(store, new FakeLogger(), rereadBytes: 0);
        await trainer.CommitAsync();
        await ChangeAsync(store, (await store.ListAsync())[0].Name, bytes => bytes[..^1]);
        Assert.That((await trainer.CommitAsync()).Kind, Is.EqualTo(SnapshotKind.Full));
        await trainer.AssertComesBackAsync(store);
        var errors = new OptionErrors();
        new SnapshotChainOptions { RereadBytes = -1 }.CollectErrors(errors);
        Assert.That(errors.Errors.Single().Path, Is.EqualTo("RereadBytes"));
    }

    private static async Task AssertHealsAsync(bool serving, int file, Func<byte[], byte[]?> change, string kind)
    {
        var (store, log) = (new MemorySnapshotStore(), new FakeLogger());
        using var measured = new Measured("monolith.snapshot.chain_faults");
        using var trainer = await StartAsync(store, log, serving);
        for (var i = 0; i < 3; i++) await trainer.CommitAsync();
        var name = (await store.ListAsync())[file].Name;
        await ChangeAsync(store, name, change);
        var next = await trainer.CommitAsync();
        Assert.That((next.Kind, next.Number), Is.EqualTo((SnapshotKind.Full, 4ul)));
        var logged = log.Collector.GetSnapshot().Single(r => r.Id.Id == 2002).Message;
        Assert.That(logged, Does.Contain(name).And.Contain("commit 4 is a full snapshot"));
        Assert.That(measured.Since($"monolith.snapshot.chain_faults kind={kind}"), Is.GreaterThanOrEqualTo(1));
        await trainer.AssertComesBackAsync(store);
        Assert.That((await trainer.CommitAsync()).Kind, Is.EqualTo(SnapshotKind.Delta), "and deltas go on from it");
        await trainer.AssertComesBackAsync(store);
    }

    private static async Task ChangeAsync(MemorySnapshotStore store, string name, Func<byte[], byte[]?> change)
    {
        byte[] bytes;
        using (var file = await store.OpenAsync(name))
        {
            bytes = new byte[file.Length];
            file.Read(0, bytes);
        }
        await store.DeleteAsync(name);
        if (change(bytes) is { } changed) store.Commit(name, changed);
    }

    private static async Task<Trained> StartAsync(SnapshotStore store, FakeLogger log, bool serving = true, long rereadBytes = 16 << 20)
    {
        var tables = Create();
        var options = new SnapshotChainOptions { PublishServing = serving, Logger = log, RereadBytes = rereadBytes };
        return new Trained(tables, await SnapshotChain.OpenAsync(store, tables, options));
    }

    private static EmbeddingTableSet Create() =>
        new(new TableSchema([TestTable.Plain(4, 2, o => o.TrackFrequency = true)]), new() { MemoryLimitBytes = 16 << 20 });

    private sealed class Trained(EmbeddingTableSet tables, SnapshotChain chain) : IDisposable
    {
        private int _step;

        public EmbeddingTableSet Tables => tables;

        public Task<SnapshotCommit> CommitAsync()
        {
            var ids = TestTable.Range(10 * _step, 30);
            tables.Tables[0].Assign(ids, TestTable.Values(ids.Length, 2, _step++), At.Seconds((uint)_step));
            tables.Tables[0].Remove([ids[3], ids[7]]);
            return chain.CommitAsync(Sections);
        }

        public async Task AssertComesBackAsync(SnapshotStore store)
        {
            var copy = await CopyOfStore.OfAsync(store);
            using var restored = Create();
            using var next = await SnapshotChain.OpenAsync(copy, restored);
            Assert.That(SavedState.Of(restored), Is.EqualTo(SavedState.Of(tables)));
        }

        public void Dispose()
        {
            chain.Dispose();
            tables.Dispose();
        }
    }
}
