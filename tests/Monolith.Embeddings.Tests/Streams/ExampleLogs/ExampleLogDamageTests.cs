using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Snapshots;

namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

public class ExampleLogDamageTests
{
    private readonly LogFixture _f = new();

    [Test]
    public async Task No_bit_of_a_file_may_change()
    {
        var store = new MemorySnapshotStore();
        await _f.WriteAsync(store, 60, 8);
        foreach (var file in await store.ListAsync())
        {
            for (var at = 0; at < file.Length; at += 2)
            {
                var damaged = await CopyAsync(store, file.Name, bytes => bytes[at] ^= (byte)(1 << (at % 8)));
                await RequireToldAsync(damaged, file.Name, $"byte {at}");
            }
        }
    }

    [Test]
    public async Task What_fails_names_the_folder_of_the_log_and_the_file()
    {
        using var folder = new TestFolder();
        var store = new FileSnapshotStore(folder.Path);
        var nothing = Assert.CatchAsync(() => _f.ReadAsync(store));
        await _f.WriteAsync(store, 60, 8);
        var file = (await store.ListAsync())[0].Name;
        var bytes = await File.ReadAllBytesAsync(Path.Combine(folder.Path, file));
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, file), bytes);
        var damaged = Assert.CatchAsync(() => _f.ReadAsync(store));
        var found = (await new ExampleLog(store).VerifyAsync()).Faults.Single();
        foreach (var fault in new[] { nothing!, damaged!, found, found.Again() })
            Assert.That(fault.Message, Does.Contain($"of the example log in '{store.Folder}'"));
        foreach (var fault in new[] { damaged!, found, found.Again() }) Assert.That(fault.Message, Does.Contain($"'{file}'"));
        Assert.That((found.File, found.Fault, found.Again().Fault), Is.EqualTo((file, SnapshotFault.Damaged, SnapshotFault.Damaged)));
    }

    [Test]
    public async Task No_file_may_end_early_or_late_or_be_missing()
    {
        var store = new MemorySnapshotStore();
        await _f.WriteAsync(store, 60, 5);
        foreach (var file in await store.ListAsync())
        {
            for (var length = 0L; length < file.Length; length += 13)
                await RequireToldAsync(await CopyAsync(store, file.Name, bytes => bytes, (int)length), file.Name, $"length {length}");
            await RequireToldAsync(await CopyAsync(store, file.Name, bytes => bytes, (int)file.Length + 1), file.Name, "longer");
            await RequireToldAsync(await CopyAsync(store, file.Name, null), file.Name, "missing");
        }
    }

    [Test]
    public async Task No_bit_of_the_manifest_may_change()
    {
        var store = new MemorySnapshotStore();
        await _f.WriteAsync(store, 30, 5);
        var manifest = (await store.ReadManifestAsync())!.Bytes.ToArray();
        for (var at = 0; at < manifest.Length; at++)
        {
            var changed = new MemorySnapshotStore();
            var bytes = manifest.ToArray();
            bytes[at] ^= (byte)(1 << (at % 8));
            await changed.TryReplaceManifestAsync(bytes, null);
            Assert.That(() => new ExampleLog(changed).ReadStatusAsync(), Throws.InstanceOf<SnapshotException>(), $"byte {at}");
            await changed.TryReplaceManifestAsync(manifest[..at].Append((byte)0).ToArray(), (await changed.ReadManifestAsync())!.Token);
            Assert.That(() => new ExampleLog(changed).ReadStatusAsync(), Throws.InstanceOf<SnapshotException>(), $"length {at}");
        }
    }

    [Test]
    public async Task Lost_rows_are_skipped_and_counted_where_that_is_wanted()
    {
        var store = new MemorySnapshotStore();
        await _f.WriteAsync(store, 60, 5);
        var files = (await new ExampleLog(store).ReadStatusAsync()).Files;
        Assert.That(files, Has.Count.EqualTo(3));
        var damaged = await CopyAsync(store, files[1].Name, bytes => bytes[bytes.Length / 3] ^= 1);
        var lost = new List<(long Row, long Rows)>();
        var source = new ExampleLogSource(new ExampleLog(damaged), _f.Schema, new()
        {
            Records = new()
            {
                BadRecords = new()
                {
                    Limit = 1,
                    Handler = (record, _) =>
                    {
                        lost.Add((record.Value.Row, record.Value.Rows));
                        return default;
                    },
                },
            },
        });
        var positions = new List<StreamPosition>();
        Assert.That(await _f.ReadAsync(source, default, positions),
            Is.EqualTo(LogFixture.Range(0, 20).Concat(LogFixture.Range(40, 20))));
        Assert.That(lost, Is.EqualTo(new[] { (20L, 20L) }));
        Assert.That((source.BadRecords, source.LostRows), Is.EqualTo((1, 20)));
    }

    [Test]
    public async Task A_store_of_snapshots_is_no_log()
    {
        var chain = new MemorySnapshotStore();
        await chain.TryReplaceManifestAsync(TestChain.Manifest().ToBytes(), null);
        Assert.That(() => new ExampleLog(chain).ReadStatusAsync(), Throws.InstanceOf<SnapshotException>()
            .With.Message.Contains("a store of its own"));
    }

    private async Task RequireToldAsync(SnapshotStore damaged, string file, string what)
    {
        Assert.That(() => _f.ReadAsync(damaged), Throws.InstanceOf<ExampleSourceException>().With.Message.Contains(file), what);
        var check = await new ExampleLog(damaged).VerifyAsync();
        Assert.That(check.Faults.Select(fault => fault.File), Is.EqualTo(new[] { file }), what);
    }

    private static async Task<MemorySnapshotStore> CopyAsync(
        MemorySnapshotStore store, string changed, Func<byte[], object>? change, int? length = null)
    {
        var copy = new MemorySnapshotStore();
        await copy.TryReplaceManifestAsync((await store.ReadManifestAsync())!.Bytes, null);
        foreach (var (name, size) in (await store.ListAsync()).Select(file => (file.Name, file.Length)))
        {
            if (name == changed && change is null) continue;
            using var source = await store.OpenAsync(name);
            var bytes = new byte[size];
            source.Read(0, bytes);
            if (name == changed)
            {
                change!(bytes);
                Array.Resize(ref bytes, length ?? bytes.Length);
            }
            await using var target = await copy.CreateAsync(name);
            target.Write(bytes);
            await target.CommitAsync();
        }
        return copy;
    }
}
