using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>What trainers, compactions and replicas expect of a <see cref="SnapshotStore"/>, whatever it keeps its files in.</summary>
/// <remarks>Power cuts and other failures of the medium are not checked: durability is the task of the store's author.</remarks>
/// <param name="create">Makes an empty store; each call another one.</param>
public class SnapshotStoreContract(Func<SnapshotStore> create) : PlugInContract
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    /// <inheritdoc />
    public override IEnumerable<ContractCheck> Checks =>
    [
        Rule("A new store is empty", NewIsEmpty),
        Rule("A file is invisible until it is committed, and then whole", CommitShows),
        Rule("Without a commit nothing is left", DisposalLeavesNothing),
        Rule("An empty file is a file", EmptyFile),
        Rule("A name is not used twice", NamesAreUsedOnce),
        Rule("Two writers of one name: one commits", OneWriterOfAName),
        Rule("A file that is not there is missing", MissingIsTold),
        Rule("A deleted file is gone, and an open reader sees its bytes or is told", Deletion),
        Rule("Every name that keeps the rules can be used", AllNames),
        Rule("A file stays when its writer is disposed", StaysAfterDisposal),
        Rule("Reads anywhere, from many threads, give the bytes", ParallelReads),
        Rule("Only a caller that knows the manifest replaces it", CompareAndSwap),
        Rule("Of many who replace one manifest exactly one wins", OneWinner),
        Rule("Every replacement of a crowd counts", NothingIsLost),
        Rule("A cancelled call changes nothing", Cancellation),
    ];

    private ContractCheck Rule(string name, Func<SnapshotStore, Task> check) => Rule(name, () => check(create()));

    private static async Task NewIsEmpty(SnapshotStore store)
    {
        await ExpectFiles(store).ConfigureAwait(false);
        Expect.That(await store.ReadManifestAsync().ConfigureAwait(false) is null, "no manifest was expected, but there is one");
    }

    private static async Task CommitShows(SnapshotStore store)
    {
        var file = await store.CreateAsync("b").ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            file.Write(Bytes.AsSpan(0, 400));
            file.Write(Bytes.AsSpan(400));
            Expect.Same(Bytes.Length, file.Length, "the length of a file that is being written");
            await ExpectFiles(store).ConfigureAwait(false);
            await Refused(async () => await store.OpenAsync("b").ConfigureAwait(false), SnapshotFault.Missing).ConfigureAwait(false);
            await file.CommitAsync().ConfigureAwait(false);
        }
        await Put(store, "a", 3).ConfigureAwait(false);
        await ExpectFiles(store, new StoredFile { Name = "a", Length = 3 }, new StoredFile
        {
            Name = "b",
            Length = Bytes.Length
        }).ConfigureAwait(false);
        await ExpectBytes(store, "b", Bytes.Length).ConfigureAwait(false);
    }

    private static async Task DisposalLeavesNothing(SnapshotStore store)
    {
        var file = await store.CreateAsync("a").ConfigureAwait(false);
        await using (file.ConfigureAwait(false)) file.Write(Bytes);
        await ExpectFiles(store).ConfigureAwait(false);
        await Refused(async () => await store.OpenAsync("a").ConfigureAwait(false), SnapshotFault.Missing).ConfigureAwait(false);
    }

    private static async Task EmptyFile(SnapshotStore store)
    {
        await Put(store, "empty", 0).ConfigureAwait(false);
        await ExpectBytes(store, "empty", 0).ConfigureAwait(false);
    }

    private static async Task NamesAreUsedOnce(SnapshotStore store)
    {
        await Put(store, "a", 5).ConfigureAwait(false);
        await Refused(() => Put(store, "a", 9), SnapshotFault.Refused).ConfigureAwait(false);
        await ExpectBytes(store, "a", 5).ConfigureAwait(false);
    }

    private static async Task OneWriterOfAName(SnapshotStore store)
    {
        var first = await store.CreateAsync("a").ConfigureAwait(false);
        await using var _ = first.ConfigureAwait(false);
        var second = await store.CreateAsync("a").ConfigureAwait(false);
        await using (second.ConfigureAwait(false))
        {
            first.Write(Bytes.AsSpan(0, 10));
            second.Write(Bytes.AsSpan(0, 20));
            await second.CommitAsync().ConfigureAwait(false);
        }
        await Refused(async () => await first.CommitAsync().ConfigureAwait(false), SnapshotFault.Refused).ConfigureAwait(false);
        await first.DisposeAsync().ConfigureAwait(false);
        await ExpectBytes(store, "a", 20).ConfigureAwait(false);
    }

    private static async Task MissingIsTold(SnapshotStore store)
    {
        await Refused(async () => await store.OpenAsync("a").ConfigureAwait(false), SnapshotFault.Missing).ConfigureAwait(false);
        Expect.That(!await store.DeleteAsync("a").ConfigureAwait(false), "a deletion was expected to say that there was no such file");
    }

    private static async Task Deletion(SnapshotStore store)
    {
        await Put(store, "a", Bytes.Length).ConfigureAwait(false);
        using var open = await store.OpenAsync("a").ConfigureAwait(false);
        Expect.That(await store.DeleteAsync("a").ConfigureAwait(false), "a deletion was expected to say that the file was there");
        await ExpectFiles(store).ConfigureAwait(false);
        await Refused(async () => await store.OpenAsync("a").ConfigureAwait(false), SnapshotFault.Missing).ConfigureAwait(false);
        try
        {
            ExpectBytes(open, Bytes.Length);
        }
        catch (SnapshotException exception)
        {
            Expect.Same(SnapshotFault.Missing, exception.Fault, "what a reader of a deleted file is told");
        }
    }

    private static async Task AllNames(SnapshotStore store)
    {
        foreach (var name in new[] { "0", "a.b-c_d", "a..b", "000000000012-full-3-1.training", new string('a', 128) })
        {
            await Put(store, name, 1).ConfigureAwait(false);
            await ExpectBytes(store, name, 1).ConfigureAwait(false);
        }
    }

    private static async Task StaysAfterDisposal(SnapshotStore store)
    {
        var file = await store.CreateAsync("a").ConfigureAwait(false);
        await using var _ = file.ConfigureAwait(false);
        file.Write(Bytes);
        await file.CommitAsync().ConfigureAwait(false);
        await Refused(() => Task.Run(() => file.Write(Bytes)), SnapshotFault.Refused).ConfigureAwait(false);
        await file.DisposeAsync().ConfigureAwait(false);
        await ExpectBytes(store, "a", Bytes.Length).ConfigureAwait(false);
    }

    private static async Task ParallelReads(SnapshotStore store)
    {
        await Put(store, "a", Bytes.Length).ConfigureAwait(false);
        using var file = await store.OpenAsync("a").ConfigureAwait(false);
        Crowd.Run(thread =>
        {
            var buffer = new byte[17];
            for (var offset = thread; offset < Bytes.Length; offset += 5)
            {
                var count = file.Read(offset, buffer);
                Expect.That(count > 0 && buffer.AsSpan(0, count).SequenceEqual(Bytes.AsSpan(offset, count)),
                    $"the bytes at {offset} were expected, but others were read");
            }
        });
        Expect.Same(0, file.Read(file.Length, new byte[1]), "bytes read at the end of a file");
    }

    private static async Task CompareAndSwap(SnapshotStore store)
    {
        await Replaced(store, Bytes.Length, "no such token", false).ConfigureAwait(false);
        var first = await Replaced(store, 10, null, true).ConfigureAwait(false);
        await Replaced(store, Bytes.Length, null, false).ConfigureAwait(false);
        var second = await Replaced(store, 20, first, true).ConfigureAwait(false);
        Expect.That(first != second, "another token was expected for another manifest");
        await Replaced(store, Bytes.Length, first, false).ConfigureAwait(false);
        var read = await store.ReadManifestAsync().ConfigureAwait(false);
        Expect.That(
            read is not null && read.Bytes.Span.SequenceEqual(Bytes.AsSpan(0, 20)), "the manifest that replaced the others was expected");
        Expect.Same(second, read!.Token, "the token of the manifest that was read");
        await ExpectFiles(store).ConfigureAwait(false);
    }

    private static async Task OneWinner(SnapshotStore store)
    {
        for (byte round = 0; round < 5; round++)
        {
            var (number, token) = (round, (await store.ReadManifestAsync().ConfigureAwait(false))?.Token);
            var tries = Enumerable.Range(0, 8).Select(i => Task.Run(
                async () => await store.TryReplaceManifestAsync(new byte[] { number, (byte)i }, token).ConfigureAwait(false)));
            var results = await Task.WhenAll(tries).ConfigureAwait(false);
            Expect.Same(1, results.Count(t => t is not null), "replacements that won");
            byte[] winner = [round, (byte)Array.FindIndex(results, t => t is not null)];
            Expect.That((await store.ReadManifestAsync().ConfigureAwait(false))!.Bytes.Span.SequenceEqual(winner),
                "the winner's manifest was expected, but there is another one");
        }
    }

    private static async Task NothingIsLost(SnapshotStore store)
    {
        const int Writers = 4, Each = 6;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < Each;)
            {
                var old = await store.ReadManifestAsync().ConfigureAwait(false);
                var next = BitConverter.GetBytes(old is null ? 1 : BitConverter.ToInt32(old.Bytes.Span) + 1);
                if (await store.TryReplaceManifestAsync(next, old?.Token).ConfigureAwait(false) is not null) done++;
            }
        }))).ConfigureAwait(false);
        Expect.Same(Writers * Each, BitConverter.ToInt32((await store.ReadManifestAsync().ConfigureAwait(false))!.Bytes.Span),
            "replacements that count");
    }

    private static async Task Cancellation(SnapshotStore store)
    {
        var cancelled = new CancellationToken(canceled: true);
        await Cancelled("a creation", async () => await (await store.CreateAsync("a", cancelled).ConfigureAwait(false))
            .DisposeAsync().ConfigureAwait(false)).ConfigureAwait(false);
        await Cancelled("a replacement", async () => await store.TryReplaceManifestAsync(Bytes, null, cancelled).ConfigureAwait(false))
            .ConfigureAwait(false);
        await NewIsEmpty(store).ConfigureAwait(false);
    }

    private static async Task Put(SnapshotStore store, string name, int length)
    {
        var file = await store.CreateAsync(name).ConfigureAwait(false);
        await using var _ = file.ConfigureAwait(false);
        file.Write(Bytes.AsSpan(0, length));
        await file.CommitAsync().ConfigureAwait(false);
    }

    private static async Task<string?> Replaced(SnapshotStore store, int length, string? expectedToken, bool isExpected)
    {
        var token = await store.TryReplaceManifestAsync(Bytes.AsMemory(0, length), expectedToken).ConfigureAwait(false);
        Expect.That(token is not null == isExpected,
            $"the manifest was expected {(isExpected ? "" : "not ")}to be replaced by who knows token '{expectedToken}'");
        return token;
    }

    private static async Task ExpectFiles(SnapshotStore store, params StoredFile[] expected)
    {
        var files = await store.ListAsync().ConfigureAwait(false);
        Expect.That(files.SequenceEqual(expected),
            $"the files [{string.Join(", ", expected)}] were expected, but there are [{string.Join(", ", files)}]");
    }

    private static async Task ExpectBytes(SnapshotStore store, string name, int length)
    {
        using var file = await store.OpenAsync(name).ConfigureAwait(false);
        ExpectBytes(file, length);
    }

    private static void ExpectBytes(SnapshotFile file, int length)
    {
        Expect.Same(length, file.Length, $"the length of '{file.Name}'");
        var (bytes, count) = (new byte[length], 0);
        while (count < length)
        {
            var read = file.Read(count, bytes.AsSpan(count, Math.Min(333, length - count)));
            Expect.That(read > 0, $"bytes were expected at {count} of '{file.Name}', but none were read");
            count += read;
        }
        Expect.That(bytes.AsSpan().SequenceEqual(Bytes.AsSpan(0, length)), $"the bytes that were written to '{file.Name}' were expected");
    }

    private static async Task Cancelled(string what, Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        Expect.That(false, $"{what} was expected to be cancelled");
    }

    private static async Task Refused(Func<Task> call, SnapshotFault fault)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (SnapshotException exception)
        {
            Expect.Same(fault, exception.Fault, "the fault of a SnapshotException");
            return;
        }
        Expect.That(false, $"a SnapshotException ({fault}) was expected, but nothing was thrown");
    }
}
