// docs/guide/serving.md shows what stands between the two marks, to the letter; ServingPageTests holds that.
// <page>
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public sealed class SameProcess(Shop shop, ExampleSource source) : IAsyncDisposable
{
    private readonly EmbeddingTableSet _tables = new(shop.Schema, new() { MemoryLimitBytes = 1 << 28 });
    private readonly OnlineModel _model = shop.CreateModel();
    private OnlineTrainer? _trainer;

    public LivePredictor? Predictor { get; private set; }

    /// <summary>Learns until the stream ends. From the start on, <see cref="Predictor"/> answers.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        _trainer = new OnlineTrainer(_tables, _model, source);
        Predictor = await LivePredictor.OpenAsync(
            _trainer, shop.CreateModel, new() { RefreshEvery = TimeSpan.FromMilliseconds(500) }, cancellationToken: stopping);
        await _trainer.RunAsync(cancellationToken: stopping);
    }

    public async ValueTask DisposeAsync()
    {
        if (Predictor is not null) await Predictor.DisposeAsync();
        if (_trainer is not null) await _trainer.DisposeAsync();
        _tables.Dispose();
        _model.Dispose();
    }
}
// </page>
