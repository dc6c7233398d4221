using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>Samplers that are captured, restored and read again at random batches: the same rows, to the bit.</summary>
public class NegativeStateTests : LeakChecked
{
    private readonly SamplerFixture _f = new();

    [Test]
    public async Task A_restart_at_any_batch_yields_the_same_rows([Range(0, 29)] int seed)
    {
        var random = new Random(seed);
        var (options, events) = (NewOptions(random), SamplerFixture.Random(seed, 2500, items: 60, users: 40));
        NegativeSampler Create() => _f.Source(events, 9).WithNegatives(options);
        var all = await ReadAsync(Create(), default, int.MaxValue);
        var (sampler, at, done, commits, changes) = (Create(), StreamPosition.Start, 0, new List<Commit>(), 0);
        while (done < all.Count)
        {
            var read = await ReadAsync(sampler, at, random.Next(1, 120));
            Assert.That(read.Select(batch => batch.Text), Is.EqualTo(all.Skip(done).Take(read.Count).Select(batch => batch.Text)));
            // One of the newest, as a trainer that others are read ahead of.
            var back = random.Next(Math.Min(read.Count, ExampleSource.KeptStates));
            (at, done) = (read[^(back + 1)].Position, done + read.Count - back);
            if (random.Next(3) == 0) continue;
            var captured = sampler.CaptureState(at);
            changes += captured.Segments.Count(segment => segment.Name.Contains("changes", StringComparison.Ordinal));
            // A state that is never saved is followed by others.
            if (random.Next(3) > 0) commits.Add(new(at, done, await captured.CopyAsync()));
            if (commits.Count == 0 || random.Next(2) > 0) continue;
            // One of the last, as a trainer that is set back.
            var commit = commits[^random.Next(1, Math.Min(3, commits.Count) + 1)];
            sampler = random.Next(2) == 0 ? sampler : Create();
            await sampler.RestoreStateAsync(commit.At, commit.State, CancellationToken.None);
            (at, done) = (commit.At, commit.Done);
        }
        Assert.That(changes, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_commit_saves_what_changed()
    {
        var events = Enumerable.Range(0, 20_000).Select(i => SamplerFixture.Plain(i < 15_000 ? i : i % 10, i, user: 1)).ToList();
        var sampler = _f.Source(events, 100).WithNegatives(_f.Options);
        var lengths = new List<(int Segments, long Newest)>();
        await foreach (var batch in sampler.ReadAsync(default, CancellationToken.None))
        {
            if (batch.Position.ToString().Length > 0 && lengths.Count < 40 && batch.EventTimesMilliseconds[0] >= 15_000)
                lengths.Add(await LengthsAsync(sampler.CaptureState(batch.Position)));
            batch.Dispose();
        }
        Assert.That(lengths[0].Newest, Is.GreaterThan(15_000 * 48));
        Assert.That(lengths.Skip(1).Take(14).Select(one => one.Newest), Is.All.LessThan(4000), "what changed");
        Assert.That(lengths.Max(one => one.Segments), Is.EqualTo(16));
        Assert.That(lengths.Count(one => one.Segments == 1), Is.InRange(2, 4), "now and then all is written again as one");
    }

    [Test]
    public async Task A_state_of_other_options_is_refused_with_both_values()
    {
        var sampler = _f.Source(SamplerFixture.Random(1, 50), 10).WithNegatives(_f.Options);
        var last = (await ReadAsync(sampler, default, int.MaxValue))[^1].Position;
        var state = await sampler.CaptureState(last).CopyAsync();
        var options = _f.Options;
        (options.Window, options.ItemSlots) = (5, []);
        var other = _f.Source([], 10).WithNegatives(options);
        Assert.That(async () => await other.RestoreStateAsync(last, state, CancellationToken.None), Throws.TypeOf<InvalidDataException>()
            .With.Message.Contains("Window was 4 and is 5").And.Message.Contains("ItemSlots was category and is nothing"));
        (options.Window, options.ItemSlots, options.Seed, options.PerPositive, options.Power) = (4, [_f.Category], 9, 2, 1);
        other = _f.Source([], 10).WithNegatives(options);
        await other.RestoreStateAsync(last, state, CancellationToken.None);
        Assert.That(other.Status.Items, Is.EqualTo(sampler.Status.Items), "what may change between two runs");
    }

    [Test]
    public async Task Bytes_that_are_cut_or_changed_are_refused()
    {
        var sampler = _f.Source(SamplerFixture.Random(1, 400), 10).WithNegatives(_f.Options);
        var last = (await ReadAsync(sampler, default, int.MaxValue))[^1].Position;
        var state = sampler.CaptureState(last);
        var random = new Random(1);
        for (var time = 0; time < 300; time++)
        {
            var damaged = await DamagedAsync(state, random, isCut: time % 2 == 0);
            var other = _f.Source(SamplerFixture.Random(1, 400), 10).WithNegatives(_f.Options);
            try
            {
                await other.RestoreStateAsync(last, damaged, CancellationToken.None);
            }
            catch (InvalidDataException)
            {
                Assert.That(other.Status.Items, Is.Zero);
            }
        }
    }

    [Test]
    public async Task A_commit_of_before_there_was_a_sampler_is_gone_on_from()
    {
        var source = _f.Source(SamplerFixture.Random(1, 400), 10);
        var positions = new List<StreamPosition>();
        await foreach (var batch in source.ReadAsync(default, CancellationToken.None)) positions.Add(batch.Position);
        var sampler = source.WithNegatives(_f.Options);
        await sampler.RestoreStateAsync(positions[10], source.CaptureState(positions[10]), CancellationToken.None);
        var rest = await ReadAsync(sampler, positions[10], int.MaxValue);
        Assert.That(rest, Has.Count.EqualTo(positions.Count - 11));
        Assert.That(rest[^1].Position, Is.EqualTo(positions[^1]));
    }

    [Test]
    public async Task A_position_too_far_back_is_refused_by_name()
    {
        var sampler = _f.Source(SamplerFixture.Random(1, 1000), 10).WithNegatives(_f.Options);
        var all = await ReadAsync(sampler, default, int.MaxValue);
        Assert.That(() => sampler.CaptureState(all[^(ExampleSource.KeptStates + 2)].Position), Throws.InvalidOperationException);
        Assert.That(() => sampler.CaptureState(all[^(ExampleSource.KeptStates + 1)].Position), Throws.Nothing);
        Assert.That(async () => await ReadAsync(sampler, all[0].Position, 1),
            Throws.ArgumentException.With.Message.Contains("restore a commit"));
    }

    private sealed record Commit(StreamPosition At, int Done, SourceState State);

    private NegativeSamplerOptions NewOptions(Random random)
    {
        var options = _f.Options;
        (options.Power, options.MaxItems, options.MaxUsers) = (random.Next(3) * 0.5, random.Next(2) == 0 ? 25 : 1000, 16);
        if (options.Power > 0) options.HalfLife = TimeSpan.FromSeconds(2);
        if (random.Next(2) == 0) options.ItemAge = TimeSpan.FromSeconds(100);
        return options;
    }

    private async Task<List<(string Text, StreamPosition Position)>> ReadAsync(ExampleSource source, StreamPosition from, int most)
    {
        var batches = new List<(string, StreamPosition)>();
        await foreach (var batch in source.ReadAsync(from, CancellationToken.None))
        {
            batches.Add((string.Join('\n', SampledRow.Of(_f, batch)), batch.Position));
            batch.Dispose();
            if (batches.Count == most) break;
        }
        return batches;
    }

    private static async Task<(int Segments, long Newest)> LengthsAsync(SourceState state)
    {
        var newest = 0L;
        foreach (var segment in (await state.CopyAsync()).Segments.OrderBy(one => int.Parse(one.Name[(one.Name.LastIndexOf('.') + 1)..])))
        {
            await using var bytes = await segment.OpenAsync();
            newest = bytes.Length;
        }
        return (state.Segments.Count, newest);
    }

    private static async Task<SourceState> DamagedAsync(SourceState state, Random random, bool isCut)
    {
        var damaged = new SourceState();
        var isSection = random.Next(2) == 0;
        foreach (var (name, bytes) in state.Sections) damaged.Add(name, isSection ? Damaged(bytes.ToArray(), random, isCut) : bytes);
        foreach (var segment in (await state.CopyAsync()).Segments)
        {
            await using var stream = await segment.OpenAsync();
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            if (!isSection) bytes = Damaged(bytes, random, isCut);
            damaged.Keep(new SourceSegment(segment.Name, (to, token) => to.WriteAsync(bytes, token).AsTask()));
        }
        return await damaged.CopyAsync();
    }

    private static byte[] Damaged(byte[] bytes, Random random, bool isCut)
    {
        if (isCut) return bytes[..random.Next(bytes.Length)];
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }
}
