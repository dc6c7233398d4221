using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

/// <summary>Ten numbers in batches of three, with a flaw; a position is a byte with the count of numbers before it.</summary>
internal sealed class FlawedSource : ExampleSource
{
    private const int Count = 10, BatchSize = 3;
    private static readonly FeatureSlot Slot = Build(out Numbers);
    private static readonly FeatureSchema Numbers;

    private readonly SourceFlaw _flaw;
    private readonly Log _log;
    private readonly ExampleBatchPool _pool = new(Numbers);
    private readonly ExampleBatch[] _one = [new(Numbers)];
    private readonly HashSet<StreamPosition> _made = [];
    private int _left, _captures;
    private int? _restored;

    /// <param name="flaw">What is wrong with it.</param>
    /// <param name="log">What all sources of one stream share.</param>
    public FlawedSource(SourceFlaw flaw, Log log) => (_flaw, _log) = (flaw, log);

    public override FeatureSchema Schema => Numbers;

    public override bool CanRewind => true;

    public override bool IsDeterministic => true;

    public override bool HasState => _flaw is SourceFlaw.CapturesWhereItIs or SourceFlaw.CountsCaptures;

    public override SourceState CaptureState(StreamPosition at)
    {
        var state = new SourceState();
        state.Add("next", new[] { (byte)(_flaw == SourceFlaw.CountsCaptures ? at.Bytes.Span[0] + (_captures++ % 2) : _left) });
        return state;
    }

    public override ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        _restored = state.Sections["next"].Span[0];
        return default;
    }

    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        if (_flaw == SourceFlaw.DropsMoreThanIsDurable) _log.First = position.Bytes.Span[0] + 1;
        return default;
    }

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken)
    {
        if (_flaw == SourceFlaw.LocksItsLog && (_log.Owner ??= this) != this) throw new IOException("The log is in use.");
        if (_flaw != SourceFlaw.TakesAnyPosition && from.Bytes.Length > 1) throw new ArgumentException("No position of this source.");
        if (_flaw == SourceFlaw.RemembersItsPositions && !from.IsStart && !_made.Contains(from)) from = StreamPosition.Start;
        var start = from.Bytes.Length == 1 ? from.Bytes.Span[0] : 0;
        if (_restored is { } restored) start = restored;
        if (_flaw == SourceFlaw.RepeatsAnExample && start > 0) start--;
        if (_flaw == SourceFlaw.GoesOnWhereItWasLeft && from.IsStart) start = _left;
        if (_flaw == SourceFlaw.HasOtherExamplesEachTime) _log.Shift++;
        return ReadFrom(Math.Max(start, _log.First), cancellationToken);
    }

    private static FeatureSlot Build(out FeatureSchema schema)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("numbers", row => row.Bias(new SgdOptions()));
        var slot = builder.Slot("number", "numbers");
        schema = builder.Build();
        return slot;
    }

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(int next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = _flaw == SourceFlaw.HasOneBatch ? BatchSize : Count;
        var size = _flaw == SourceFlaw.CutsElsewhere && next > 0 ? BatchSize - 1 : BatchSize;
        while (next < last)
        {
            await Task.Yield();
            if (_flaw == SourceFlaw.EndsWhenCancelled && cancellationToken.IsCancellationRequested) yield break;
            cancellationToken.ThrowIfCancellationRequested();
            var batch = _flaw == SourceFlaw.UsesOneBatch ? _one[0] : _pool.Rent();
            batch.Clear();
            for (var end = Math.Min(next + size, last); next < end; next++)
            {
                batch.BeginExample().Id(Slot, next + _log.Shift);
                batch.EndRow();
            }
            batch.Position = new StreamPosition(new[] { (byte)(_flaw == SourceFlaw.CarriesOnePosition ? BatchSize : next) });
            _made.Add(batch.Position);
            _left = next % last;
            yield return batch;
        }
    }

    /// <summary>What all sources of one stream share.</summary>
    internal sealed class Log
    {
        public FlawedSource? Owner { get; set; }

        public int First { get; set; }

        public int Shift { get; set; }
    }
}
