using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>What a <see cref="SnapshotStore"/> must do, whatever it keeps its files in. Needs the public API alone.</summary>
/// <param name="create">Makes an empty store.</param>
internal sealed class SnapshotStoreContract(Func<SnapshotStore> create)
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    public IEnumerable<ContractCheck> Checks =>
    [
        new("A new store is empty", NewIsEmpty),
        new("A file is invisible until it is committed, and then whole", CommitShows),
        new("Without a commit nothing is left", DisposalLeavesNothing),
        new("An empty file is a file", EmptyFile),
        new("A name is not used twice", NamesAreUsedOnce),
        new("Two writers of one name: one commits", OneWriterOfAName),
        new("A file that is not there is missing", MissingIsTold),
        new("A deleted file is gone, and an open reader sees its bytes or is told", Deletion),
        new("Names that break the rules are refused", BadNames),
        new("After its commit a file takes no more", ClosedAfterCommit),
        new("Reads anywhere, from many threads, give the bytes", ParallelReads),
        new("The manifest is replaced by who knows it, and by nobody else", CompareAndSwap),
        new("Of many who replace one manifest exactly one wins", OneWinner),
        new("Every replacement of a crowd counts", NothingIsLost),
        new("A cancelled call changes nothing", Cancellation),
    ];

    private async Task NewIsEmpty()
    {
        var store = create();
        Assert.That(await store.ListAsync(), Is.Empty);
        Assert.That(await store.ReadManifestAsync(), Is.Null);
    }

    private async Task CommitShows()
    {
        var store = create();
        await using (var file = await store.CreateAsync("b"))
        {
            file.Write(Bytes, 0, 400);
            file.Write(Bytes.AsSpan(400));
            file.Flush();
            Assert.That(file.Length, Is.EqualTo(Bytes.Length));
            Assert.That(await store.ListAsync(), Is.Empty);
            await Refused(async () => await store.OpenAsync("b"), SnapshotFault.Missing);
            await file.CommitAsync();
        }
        await Put(store, "a", 3);
        Assert.That(await store.ListAsync(), Is.EqualTo(new[] { new StoredFile("a", 3), new StoredFile("b", Bytes.Length) }));
        Assert.That(await ReadAll(store, "b"), Is.EqualTo(Bytes));
    }

    private async Task DisposalLeavesNothing()
    {
        var store = create();
        await using (var file = await store.CreateAsync("a")) file.Write(Bytes);
        Assert.That(await store.ListAsync(), Is.Empty);
        await Refused(async () => await store.OpenAsync("a"), SnapshotFault.Missing);
    }

    private async Task EmptyFile()
    {
        var store = create();
        await Put(store, "empty", 0);
        Assert.That(await ReadAll(store, "empty"), Is.Empty);
    }

    private async Task NamesAreUsedOnce()
    {
        var store = create();
        await Put(store, "a", 5);
        await Refused(() => Put(store, "a", 9), SnapshotFault.Refused);
        Assert.That(await ReadAll(store, "a"), Is.EqualTo(Bytes[..5]));
    }

    private async Task OneWriterOfAName()
    {
        var store = create();
        await using (var first = await store.CreateAsync("a"))
        await using (var second = await store.CreateAsync("a"))
        {
            first.Write(Bytes.AsSpan(0, 10));
            second.Write(Bytes.AsSpan(0, 20));
            await second.CommitAsync();
            await Refused(async () => await first.CommitAsync(), SnapshotFault.Refused);
        }
        Assert.That(await ReadAll(store, "a"), Is.EqualTo(Bytes[..20]));
    }

    private async Task MissingIsTold()
    {
        var store = create();
        await Refused(async () => await store.OpenAsync("a"), SnapshotFault.Missing);
        Assert.That(await store.DeleteAsync("a"), Is.False);
    }

    private async Task Deletion()
    {
        var store = create();
        await Put(store, "a", Bytes.Length);
        using var open = await store.OpenAsync("a");
        Assert.That(await store.DeleteAsync("a"), Is.True);
        Assert.That(await store.ListAsync(), Is.Empty);
        await Refused(async () => await store.OpenAsync("a"), SnapshotFault.Missing);
        try
        {
            Assert.That(ReadAll(open), Is.EqualTo(Bytes));
        }
        catch (SnapshotException exception)
        {
            Assert.That(exception.Fault, Is.EqualTo(SnapshotFault.Missing));
        }
    }

    private async Task BadNames()
    {
        var store = create();
        foreach (var name in new[] { "", "a/b", "..", ".a", "a.", "A", "a b", "manifest", "manifest.json", "a.tmp", "é", "a\\b", new string('a', 129) })
        {
            Assert.That(async () => await store.CreateAsync(name), Throws.ArgumentException, name);
            Assert.That(async () => await store.OpenAsync(name), Throws.ArgumentException, name);
            Assert.That(async () => await store.DeleteAsync(name), Throws.ArgumentException, name);
        }
        await Put(store, new string('a', 128), 1);
    }

    private async Task ClosedAfterCommit()
    {
        var store = create();
        await using var file = await store.CreateAsync("a");
        await file.CommitAsync();
        Assert.That(() => file.WriteByte(1), Throws.TypeOf<SnapshotException>());
        await Refused(async () => await file.CommitAsync(), SnapshotFault.Refused);
        await file.DisposeAsync();
        Assert.That(() => file.WriteByte(1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(await ReadAll(store, "a"), Is.Empty);
    }

    private async Task ParallelReads()
    {
        var store = create();
        await Put(store, "a", Bytes.Length);
        using var file = await store.OpenAsync("a");
        Parallel.For(0, 200, i =>
        {
            var (offset, buffer) = (i * 5, new byte[17]);
            var count = file.Read(offset, buffer);
            Assert.That(buffer[..count], Is.EqualTo(Bytes.AsSpan(offset, count).ToArray()));
            Assert.That(count, Is.GreaterThan(0));
        });
        Assert.That(file.Read(file.Length, new byte[1]), Is.Zero);
    }

    private async Task CompareAndSwap()
    {
        var store = create();
        Assert.That(await store.TryReplaceManifestAsync(Bytes, "no such token"), Is.Null);
        var first = await store.TryReplaceManifestAsync(Bytes.AsMemory(0, 10), null);
        Assert.That(await store.TryReplaceManifestAsync(Bytes, null), Is.Null);
        var second = await store.TryReplaceManifestAsync(Bytes.AsMemory(0, 20), first);
        Assert.That(second, Is.Not.Null.And.Not.EqualTo(first));
        Assert.That(await store.TryReplaceManifestAsync(Bytes, first), Is.Null);
        var read = await store.ReadManifestAsync();
        Assert.That((read!.Bytes.ToArray(), read.Token), Is.EqualTo((Bytes[..20], second)));
        Assert.That(await store.ListAsync(), Is.Empty);
        Assert.That(async () => await store.TryReplaceManifestAsync(default, second), Throws.ArgumentException);
    }

    private async Task OneWinner()
    {
        var store = create();
        for (byte round = 0; round < 5; round++)
        {
            var token = (await store.ReadManifestAsync())?.Token;
            var tries = Enumerable.Range(0, 8).Select(i => Task.Run(async () => await store.TryReplaceManifestAsync(new byte[] { round, (byte)i }, token)));
            var results = await Task.WhenAll(tries);
            Assert.That(results.Count(t => t is not null), Is.EqualTo(1));
            var winner = Array.FindIndex(results, t => t is not null);
            Assert.That((await store.ReadManifestAsync())!.Bytes.ToArray(), Is.EqualTo(new[] { round, (byte)winner }));
        }
    }

    private async Task NothingIsLost()
    {
        const int Writers = 4, Each = 6;
        var store = create();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < Each;)
            {
                var old = await store.ReadManifestAsync();
                var next = BitConverter.GetBytes(old is null ? 1 : BitConverter.ToInt32(old.Bytes.Span) + 1);
                if (await store.TryReplaceManifestAsync(next, old?.Token) is not null) done++;
            }
        })));
        Assert.That(BitConverter.ToInt32((await store.ReadManifestAsync())!.Bytes.Span), Is.EqualTo(Writers * Each));
    }

    private async Task Cancellation()
    {
        var (store, cancelled) = (create(), new CancellationToken(canceled: true));
        Assert.That(async () => await store.CreateAsync("a", cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await store.TryReplaceManifestAsync(Bytes, null, cancelled), Throws.InstanceOf<OperationCanceledException>());
        await using (var file = await store.CreateAsync("a"))
            Assert.That(async () => await file.CommitAsync(cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await store.ListAsync(), await store.ReadManifestAsync()), Is.EqualTo((Array.Empty<StoredFile>(), (StoredManifest?)null)));
    }

    private static async Task Put(SnapshotStore store, string name, int length)
    {
        await using var file = await store.CreateAsync(name);
        file.Write(Bytes.AsSpan(0, length));
        await file.CommitAsync();
    }

    private static async Task<byte[]> ReadAll(SnapshotStore store, string name)
    {
        using var file = await store.OpenAsync(name);
        return ReadAll(file);
    }

    private static byte[] ReadAll(SnapshotFile file)
    {
        var bytes = new byte[file.Length];
        for (var count = 0; count < bytes.Length;) count += file.Read(count, bytes.AsSpan(count, Math.Min(333, bytes.Length - count)));
        return bytes;
    }

    private static async Task Refused(Func<Task> call, SnapshotFault fault)
    {
        try
        {
            await call();
        }
        catch (SnapshotException exception)
        {
            Assert.That(exception.Fault, Is.EqualTo(fault), exception.Message);
            return;
        }
        Assert.Fail($"Nothing was thrown; a SnapshotException ({fault}) is needed.");
    }
}
