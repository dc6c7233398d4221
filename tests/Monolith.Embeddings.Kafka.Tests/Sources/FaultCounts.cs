using System.Diagnostics.Metrics;

namespace Monolith.Embeddings.Kafka.Tests.Sources;

/// <summary>Counts faults by topic and kind, as the meter tells them.</summary>
internal sealed class FaultCounts : IDisposable
{
    private readonly Dictionary<(string, string), long> _counts = [];
    private readonly MeterListener _listener = new();

    public FaultCounts()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "monolith.kafka.faults") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var topic = (string)tags[0].Value!;
            var kind = (string)tags[1].Value!;
            lock (_counts)
            {
                _counts[(topic, kind)] = _counts.GetValueOrDefault((topic, kind)) + value;
            }
        });
        _listener.Start();
    }

    public long Of(string topic, string kind)
    {
        lock (_counts)
        {
            return _counts.GetValueOrDefault((topic, kind));
        }
    }

    public void Dispose() => _listener.Dispose();
}
