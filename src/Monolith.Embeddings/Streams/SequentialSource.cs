using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>One source to its end, then another. A position is the index of the part, one byte, and the part's own position.</summary>
internal sealed class SequentialSource(ExampleSource first, ExampleSource second) : ExampleSource
{
    private readonly ExampleSource[] _parts = [first, second];

    public override FeatureSchema Schema => first.Schema;

    public override bool CanRewind => first.CanRewind && second.CanRewind;

    public override bool IsDeterministic => first.IsDeterministic && second.IsDeterministic;

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken)
    {
        var (part, position) = Split(from);
        return ReadFrom(part, position, cancellationToken);
    }

    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        var (part, inner) = Split(position);
        return _parts[part].CommittedAsync(inner, cancellationToken);
    }

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(
        int part, StreamPosition position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (; part < _parts.Length; part++, position = StreamPosition.Start)
        {
            await foreach (var batch in _parts[part].ReadAsync(position, cancellationToken).ConfigureAwait(false))
            {
                batch.Position = Join(part, batch.Position);
                yield return batch;
            }
            // A part may simply end when it is cancelled; the next one must not begin then.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static StreamPosition Join(int part, StreamPosition position)
    {
        var bytes = new byte[1 + position.Bytes.Length];
        bytes[0] = (byte)part;
        position.Bytes.Span.CopyTo(bytes.AsSpan(1));
        return new StreamPosition(bytes);
    }

    private (int Part, StreamPosition Position) Split(StreamPosition position)
    {
        if (position.IsStart) return (0, StreamPosition.Start);
        var part = position.Bytes.Span[0];
        if (part < _parts.Length) return (part, new StreamPosition(position.Bytes[1..]));
        throw new ArgumentException(
            $"The position {position} was not made by this source: it names part {part}, and there are two.", nameof(position));
    }
}
