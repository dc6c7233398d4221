using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Several sources, each to its end. Those that are sequences themselves are taken apart, so that any number costs what its parts cost; a
/// position is a <see cref="PartPosition"/>.
/// </summary>
internal sealed class SequentialSource(ExampleSource first, ExampleSource second) : ExampleSource
{
    private readonly int _partsOfFirst = CountOf(first);
    private ExampleSource[]? _parts;

    public override FeatureSchema Schema { get; } = first.Schema;

    public override bool CanRewind => Array.TrueForAll(Parts, part => part.CanRewind);

    public override bool IsDeterministic => Array.TrueForAll(Parts, part => part.IsDeterministic);

    public override long BadRecords => Parts.Sum(part => part.BadRecords);

    public override long SkippedRecords => Parts.Sum(part => part.SkippedRecords);

    // Made when it is first asked for: a source that another is put behind is never read itself.
    private ExampleSource[] Parts => _parts ??= Flatten();

    private int Count { get; } = Sum(CountOf(first), CountOf(second));

    public override bool HasState => Array.Exists(Parts, part => part.HasState);

    // Parts before have been read to their ends, and those behind have not begun: neither has a state.
    public override SourceState CaptureState(StreamPosition at)
    {
        var (part, inner) = Split(at);
        return Parts[part].HasState ? Parts[part].CaptureState(inner) : new SourceState();
    }

    // All parts from the start: a later one begins while an earlier position is still kept.
    public override bool KeepStatesFrom(StreamPosition at)
    {
        if (at.IsStart) return Array.TrueForAll(Parts, part => part.KeepStatesFrom(StreamPosition.Start));
        var (part, inner) = Split(at);
        return Parts[part].KeepStatesFrom(inner);
    }

    public override ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        var (part, inner) = Split(at);
        return Parts[part].RestoreStateAsync(inner, state, cancellationToken);
    }

    internal override bool ForgetsAtRest => CanRewind && Array.Exists(Parts, part => part.ForgetsAtRest);

    internal override async ValueTask<ForgottenInputs> ForgetAsync(
        SuppressionList list, StreamPosition? at, CancellationToken cancellationToken)
    {
        var removed = default(ForgottenInputs);
        var (current, inner) = at is { } place ? Split(place) : (-1, default);
        for (var part = 0; part < Count; part++)
        {
            var own = part == current ? inner : default(StreamPosition?);
            removed += await Parts[part].ForgetAsync(list, own, cancellationToken).ConfigureAwait(false);
        }
        return removed;
    }

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        ReadEpochAsync(0, from, cancellationToken);

    internal override IAsyncEnumerable<ExampleBatch> ReadEpochAsync(int epoch, StreamPosition from, CancellationToken cancellationToken)
    {
        var (part, position) = Split(from);
        return ReadFrom(epoch, part, position, cancellationToken);
    }

    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        var (part, inner) = Split(position);
        return Parts[part].CommittedAsync(inner, cancellationToken);
    }

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(
        int epoch, int part, StreamPosition position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (; part < Count; part++, position = StreamPosition.Start)
        {
            await foreach (var batch in Parts[part].ReadEpochAsync(epoch, position, cancellationToken).ConfigureAwait(false))
            {
                batch.Position = PartPosition.Join(part, batch.Position);
                yield return batch;
            }
            // A part may simply end when it is cancelled; the next one must not begin then.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>One of its parts.</summary>
    public ExampleSource Part(int index) => Parts[index];

    /// <summary>The index of the first part that has epochs; negative where none does.</summary>
    public int IndexOfEpochs() => Array.FindIndex(Parts, part => part is EpochSource);

    /// <summary>Which part a position lies in, and the part's own position.</summary>
    public (int Part, StreamPosition Position) Split(StreamPosition position)
    {
        if (position.IsStart) return (0, StreamPosition.Start);
        var (part, inner) = PartPosition.IsOne(position) ? PartPosition.Split(position) : SplitPairs(position);
        return part < Count ? (part, inner) : throw PartPosition.Foreign(position, $"it names part {part}, and there are {Count}");
    }

    // How positions were written while each sequence held two: a byte for each that the part lies in, 0 for its first and 1 for its second.
    private (int Part, StreamPosition Position) SplitPairs(StreamPosition position)
    {
        var (part, at) = (0, 0);
        ExampleSource source = this;
        while (source is SequentialSource pair)
        {
            if (at == position.Bytes.Length) throw PartPosition.Foreign(position, $"it ends after {at} bytes, within the parts");
            var second = position.Bytes.Span[at++];
            if (second > 1) throw PartPosition.Foreign(position, $"it names part {second}, and there are {Count}");
            if (second == 1) part += pair._partsOfFirst;
            source = second == 1 ? pair.Second : pair.First;
        }
        return (part, new StreamPosition(position.Bytes[at..]));
    }

    private ExampleSource First => first;

    private ExampleSource Second => second;

    private ExampleSource[] Flatten()
    {
        var (parts, count) = (new ExampleSource[Count], 0);
        var left = new Stack<ExampleSource>([this]);
        while (left.TryPop(out var source))
        {
            if (source is not SequentialSource pair)
            {
                parts[count++] = source;
                continue;
            }
            left.Push(pair.Second);
            left.Push(pair.First);
        }
        return parts;
    }

    private static int Sum(int first, int second) => (long)first + second <= Array.MaxLength
        ? first + second
        : throw new ArgumentException($"{(long)first + second} parts are more than a sequence can have, {Array.MaxLength}.");

    private static int CountOf(ExampleSource source) => source is SequentialSource pair ? pair.Count : 1;
}
