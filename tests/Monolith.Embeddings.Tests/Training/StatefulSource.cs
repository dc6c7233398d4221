using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// A source whose examples depend on all that it has read: each label comes from the sum of the numbers before. Its position tells none of
/// it. What it has read is a segment for every ten batches and a section for the rest.
/// </summary>
internal sealed class StatefulSource(FeatureSchema schema, int batches) : ExampleSource
{
    private const int BatchSize = 8, BatchesASegment = 10;

    private readonly SortedDictionary<int, SourceSegment> _segments = [];
    private readonly List<int> _read = [];
    private int _restored = -1;

    public override FeatureSchema Schema => schema;

    public override bool CanRewind => true;

    public override bool IsDeterministic => true;

    public override bool HasState => true;

    /// <summary>The segments whose bytes were written, each as often as they were.</summary>
    public List<int> Written { get; } = [];

    // It knows all that it has read.
    public override bool KeepStatesFrom(StreamPosition at) => true;

    public override SourceState CaptureState(StreamPosition at)
    {
        var count = CountOf(at);
        lock (_read)
        {
            var state = new SourceState();
            var whole = count / BatchesASegment;
            for (var segment = 0; segment < whole; segment++)
            {
                if (!_segments.TryGetValue(segment, out var kept)) _segments[segment] = kept = SegmentOf(segment);
                // Old ones go, so that dropping is tried too; their sum lives on in the section.
                if (segment >= whole - 2) state.Keep(kept);
            }
            var sum = _read.Take(Math.Max(0, whole - 2) * BatchesASegment).Sum();
            state.Add("rest", BytesOf([sum, .. _read.Take(count).Skip(whole * BatchesASegment)]));
            return state;
        }
    }

    public override async ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        if (!state.Sections.TryGetValue("rest", out var rest)) throw new InvalidDataException("there is no section 'rest'.");
        var numbers = NumbersOf(rest.Span);
        _segments.Clear();
        _read.Clear();
        var count = CountOf(at);
        var whole = count / BatchesASegment;
        // Only the sum of what is older is known.
        _read.AddRange(Enumerable.Repeat(0, Math.Max(0, whole - 2) * BatchesASegment));
        if (_read.Count > 0) _read[0] = numbers[0];
        foreach (var segment in state.Segments)
        {
            _segments[int.Parse(segment.Name, System.Globalization.CultureInfo.InvariantCulture)] = segment;
            using var bytes = new MemoryStream();
            await using var stream = await segment.OpenAsync(cancellationToken);
            await stream.CopyToAsync(bytes, cancellationToken);
            _read.AddRange(NumbersOf(bytes.ToArray()));
        }
        _read.AddRange(numbers.Skip(1));
        _restored = count;
        Assert.That(_read, Has.Count.EqualTo(count));
    }

    public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        var pool = new ExampleBatchPool(schema);
        var count = CountOf(from);
        lock (_read)
        {
            if (count > 0 && _restored < count && _read.Count < count) throw new InvalidOperationException("The state was not restored.");
            _read.RemoveRange(count, _read.Count - count);
        }
        for (; count < batches; count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = pool.Rent();
            lock (_read) _read.Add((count * 7919) % 1009);
            var sum = _read.Sum();
            for (var row = 0; row < BatchSize; row++)
            {
                batch.BeginExample().Id(schema.Slots[0], (count + row) % 50).Id(schema.Slots[1], (count * row) % 40)
                    .Label(schema.Tasks[0], (sum + row) % 3 == 0).At(1_000_000L + count);
                batch.EndRow();
            }
            batch.Position = new StreamPosition(BitConverter.GetBytes(count + 1));
            yield return batch;
        }
    }

    private static int CountOf(StreamPosition at) => at.IsStart ? 0 : BitConverter.ToInt32(at.Bytes.Span);

    private static byte[] BytesOf(IEnumerable<int> numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    private static int[] NumbersOf(ReadOnlySpan<byte> bytes)
    {
        var numbers = new int[bytes.Length / sizeof(int)];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = BitConverter.ToInt32(bytes[(i * sizeof(int))..]);
        return numbers;
    }

    private SourceSegment SegmentOf(int segment)
    {
        var bytes = BytesOf(_read.Skip(segment * BatchesASegment).Take(BatchesASegment));
        return new SourceSegment($"{segment}", async (stream, cancellationToken) =>
        {
            Written.Add(segment);
            await stream.WriteAsync(bytes, cancellationToken);
        });
    }
}
