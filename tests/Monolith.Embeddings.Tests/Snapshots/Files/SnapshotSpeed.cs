using System.Diagnostics;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Tests.Snapshots.Files;

/// <summary>Prints what the form of a file costs beside plain copies of the same bytes: the median of interleaved rounds.</summary>
[Explicit("Measures for about a minute.")]
public sealed class SnapshotSpeed
{
    private const int Blocks = 512, Rounds = 7;
    private static readonly byte[] Payload = TestSnapshot.Rows(SnapshotFormat.MaxPayloadBytes, 1);

    [Test]
    public async Task Writing_and_flushing()
    {
        using var folder = new TestFolder();
        var (store, raw, ours) = (new FileSnapshotStore(folder.Path), new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            raw.Add(await TimeAsync(() => Create($"raw-{round}", file =>
            {
                for (var i = 0; i < Blocks; i++) file.Write(Payload);
            })));
            ours.Add(await TimeAsync(() => Create($"ours-{round}", file => WriteAll(file))));
        }
        await Console.Out.WriteLineAsync(
            $"raw write and flush {Rate(raw)} MB/s, container {Rate(ours)} MB/s, ratio {Median(raw) / Median(ours):F2}");

        async Task Create(string name, Action<Stream> write)
        {
            await using (var file = await store.CreateAsync(name))
            {
                write(file);
                await file.CommitAsync();
            }
            await store.DeleteAsync(name);
        }
    }

    [Test]
    public async Task Reading()
    {
        using var folder = new TestFolder();
        var store = new FileSnapshotStore(folder.Path);
        await using (var file = await store.CreateAsync("a"))
        {
            WriteAll(file);
            await file.CommitAsync();
        }
        var (checksums, raw, ours, both) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var buffer = new byte[Payload.Length];
        for (var round = 0; round <= Rounds; round++)
        {
            checksums.Add(await TimeAsync(() =>
            {
                for (var i = 0; i < Blocks; i++) Crc32C.Hash(Payload);
                return Task.CompletedTask;
            }));
            using var file = await store.OpenAsync("a");
            raw.Add(await TimeAsync(() =>
            {
                for (var i = 0; i < Blocks; i++) file.Read((long)i * buffer.Length, buffer);
                return Task.CompletedTask;
            }));
            using var reader = SnapshotReader.Open(file);
            ours.Add(await TimeAsync(() => Run(() => reader.Verify())));
            both.Add(await TimeAsync(() => Run(() => reader.Verify(2))));
        }
        await Console.Out.WriteLineAsync($"checksum in cache {Rate(checksums)} MB/s, raw read from page cache {Rate(raw)}, verified read "
            + $"{Rate(ours)} (ratio {Median(raw) / Median(ours):F2}), on two threads {Rate(both)}");

        static Task Run(Action work)
        {
            work();
            return Task.CompletedTask;
        }
    }

    private static void WriteAll(Stream destination)
    {
        var writer = new SnapshotWriter(destination, TestSnapshot.Header);
        var section = writer.AddSection("rows");
        for (var i = 0; i < Blocks; i++) writer.WriteBlock(section, (ulong)i, (ulong)i, 256, Payload);
        writer.Complete("a");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // The first round warms up.
    private static double Median(List<double> seconds) => seconds.Skip(1).Order().ElementAt(Rounds / 2);

    private static string Rate(List<double> seconds) => $"{Blocks * 1.048576 / Median(seconds):F0}";
}
