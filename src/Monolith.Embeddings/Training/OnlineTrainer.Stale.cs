using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Reading;
using Monolith.Embeddings.Training.Stale;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private static StaleLookups? StaleLookupsOf(
        OnlineTrainerOptions options, TableSet tables, FeatureSchema schema, BlockAllocator? allocator)
    {
        if (options.Staleness == Staleness.None) return null;
        if (tables is EmbeddingTableSet own) return new StaleLookups(own, schema, options.MaxDegreeOfParallelism, allocator);
        throw new ArgumentException(
            $"{nameof(OnlineTrainerOptions.Staleness)} is {options.Staleness}, which needs tables in this process "
            + $"({nameof(EmbeddingTableSet)}); these are a {tables.GetType().Name}. Set it to {Staleness.None}.", nameof(tables));
    }

    // A batch that is not there by now is read at its turn.
    private ReadBatch? NextOf(BatchArrival arrival) =>
        _options.ReadAheadBatches > 0 && arrival.TryTakeNow(out var next) ? next : null;

    private async ValueTask LookupStaleAsync(ReadBatch read, bool isDerivedAnew, DateTimeOffset eventTime)
    {
        var isChanged = isDerivedAnew || read.Examples == _left;
        await _stale!.LookupOrAdmitAsync(read, isChanged, _model.DerivedFeatures, eventTime, Steps).ConfigureAwait(false);
        _layer = _stale.Layer;
    }

    private void TrainBesideNext(ExampleBatch batch, BatchArrival arrival)
    {
        _stale!.Begin(NextOf(arrival));
        try
        {
            Train(batch);
        }
        finally
        {
            _stale.End();
        }
        Profile.End(TrainingPhase.Lookup);
    }

    private void RestoreStale(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections)
    {
        // A null alone would become empty bytes.
        _stale?.Load(sections.TryGetValue(StaleLookups.Section, out var saved) ? saved : default(ReadOnlyMemory<byte>?));
    }

    // A reading that begins at the position gives it again.
    private void ReturnNext()
    {
        if (_stale?.DropNext() is { } left) _reader.Return(left);
    }
}
