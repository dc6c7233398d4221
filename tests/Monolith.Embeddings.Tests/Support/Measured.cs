using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>
/// Listens to instruments of the library. A measurement is named by its instrument and its tags, as in
/// <c>monolith.table.memory table=users kind=rows</c>. Other tests that run beside it are heard as well.
/// </summary>
internal sealed class Measured : IDisposable
{
    private readonly ConcurrentDictionary<string, double> _observed = [], _added = [];
    private readonly Dictionary<string, double> _before;
    private readonly MeterListener _listener = new();

    /// <param name="instruments">Beginnings of the names of the instruments.</param>
    public Measured(params string[] instruments)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != EmbeddingDiagnostics.MeterName) return;
            if (Array.Exists(instruments, name => instrument.Name.StartsWith(name, StringComparison.Ordinal)))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
        _before = Now();
    }

    /// <summary>What observed instruments show now, by the name of the measurement.</summary>
    public Dictionary<string, double> Now()
    {
        _observed.Clear();
        _listener.RecordObservableInstruments();
        return new(_observed);
    }

    /// <summary>What an observed counter has risen since the listener was made, or the sum of what was added or recorded.</summary>
    public double Since(string name) => Now().TryGetValue(name, out var now)
        ? now - _before.GetValueOrDefault(name)
        : _added.GetValueOrDefault(name);

    /// <summary>Whether something was added or recorded.</summary>
    public bool Has(string name) => _added.ContainsKey(name);

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        foreach (var tag in tags) name += $" {tag.Key}={tag.Value}";
        if (instrument.IsObservable) _observed[name] = value;
        else _added.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}
