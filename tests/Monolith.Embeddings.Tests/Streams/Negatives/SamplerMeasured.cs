using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>Listens to what samplers measure.</summary>
internal sealed class SamplerMeasured : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _counts = [];
    private readonly MeterListener _listener = new();

    public SamplerMeasured()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name.StartsWith("monolith.negatives.", StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) => _counts.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        _listener.Start();
    }

    public long Of(string name) => _counts.GetValueOrDefault(name);

    public void Dispose() => _listener.Dispose();
}
