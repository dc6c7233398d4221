using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>Listens to what trainers measure of event times.</summary>
internal sealed class EventTimesMeasured : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _counts = [];
    private readonly MeterListener _listener = new();

    public EventTimesMeasured()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == TrainingInstruments.EventTimes.Name) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(
            (_, value, tags, _) => _counts.AddOrUpdate((string)tags[0].Value!, value, (_, sum) => sum + value));
        _listener.Start();
    }

    public long Of(string kind) => _counts.GetValueOrDefault(kind);

    public void Dispose() => _listener.Dispose();
}
