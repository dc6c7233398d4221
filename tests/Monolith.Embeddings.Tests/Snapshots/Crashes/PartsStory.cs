using System.Text;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.Saving;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A trainer, parts, and segments that are appended and dropped; a fold, a cleaning, and the next trainer. Where the store fails, they try
/// again. Knows what each commit must bring back, and which was last said to be durable.
/// </summary>
internal sealed class PartsStory(SnapshotStore store)
{
    private readonly Dictionary<ulong, string[]> _states = [];
    private ulong _reported;

    public int Failures { get; private set; }

    /// <summary>Whether it reached its end.</summary>
    public bool IsOver { get; private set; }

    public async Task RunAsync()
    {
        try
        {
            await TrainAsync(seed: 1, commits: 2);
            await TryAsync(() => SnapshotCompactor.CompactAsync(store));
            await TrainAsync(seed: 2, commits: 1);
            await TryAsync(() => SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero }));
            IsOver = true;
        }
        catch (PowerCutException)
        {
        }
    }

    /// <summary>
    /// What a store that was reopened must hold: the last reported commit or a later one, to the bit. And the next trainer goes on.
    /// </summary>
    public async Task AssertHeldByAsync(SnapshotStore reopened)
    {
        using (var parted = await PartedChain.OpenAsync(reopened, 9))
        {
            var number = parted.Chain.Newest?.Number ?? 0;
            Assert.That(number, Is.GreaterThanOrEqualTo(_reported), "A commit that was reported durable is lost.");
            if (number > 0) Assert.That(await StateOfAsync(parted), Is.EqualTo(_states[number]), $"commit {number}");
            var segment = await WriteSegmentAsync(parted, "after");
            parted.Train(5);
            await parted.CommitAsync(appended: [segment], dropped: parted.Chain.Segments);
            Assert.That(await StateOfAsync(parted), Does.Contain("segment after: after"));
        }
        Assert.That((await SnapshotInspector.VerifyAsync(reopened)).Problems, Is.Empty);
        await SnapshotCompactor.RetainAsync(reopened, new() { Commits = 1, Age = TimeSpan.Zero });
        using var again = await PartedChain.OpenAsync(reopened, 9);
    }

    private static Task<SnapshotSegment> WriteSegmentAsync(PartedChain parted, string name) =>
        parted.Chain.WriteSegmentAsync(
            "log", name, async (stream, cancel) => await stream.WriteAsync(Encoding.UTF8.GetBytes(name), cancel));

    private static async Task<string[]> StateOfAsync(PartedChain parted)
    {
        var segments = new List<string>();
        foreach (var segment in parted.Chain.Segments)
        {
            using var reader = new StreamReader(await parted.Chain.OpenSegmentAsync(segment));
            segments.Add($"segment {segment.Name}: {await reader.ReadToEndAsync()}");
        }
        return [.. parted.State, .. segments];
    }

    private async Task TrainAsync(int seed, int commits)
    {
        using var parted = await TryAsync(() => PartedChain.OpenAsync(store, seed));
        for (; commits > 0; commits--)
        {
            parted.Train(20);
            var number = (parted.Chain.Newest?.Number ?? 0) + 1;
            var name = $"after {number} of {seed}";
            var segment = await TryAsync(() => WriteSegmentAsync(parted, name));
            var dropped = parted.Chain.Segments.Take(1).ToArray();
            var living = parted.Chain.Segments.Except(dropped).Append(segment);
            var lines = living.Select(s => $"segment {s.Name}: {s.Name}").Order(StringComparer.Ordinal);
            // Where an answer of the store was lost, the try after it may have the next number.
            _states[number] = _states[number + 1] = _states[number + 2] = [.. parted.State, .. lines];
            _reported = (await TryAsync(() => parted.CommitAsync(appended: [segment], dropped: dropped))).Number;
        }
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> step)
    {
        while (true)
        {
            try
            {
                return await step();
            }
            catch (SnapshotException)
            {
                Failures++;
            }
        }
    }
}
