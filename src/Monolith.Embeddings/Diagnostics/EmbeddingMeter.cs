using System.Diagnostics.Metrics;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The library's meter, and its instruments made of their descriptions. Thread-safe.</summary>
internal static class EmbeddingMeter
{
    private static readonly Meter Meter = new(
        EmbeddingDiagnostics.MeterName, typeof(EmbeddingMeter).Assembly.GetName().Version?.ToString());

    public static Counter<T> Counter<T>(InstrumentDescription shown)
        where T : struct => Meter.CreateCounter<T>(shown.Name, shown.Unit, shown.Description);

    public static Gauge<double> Gauge(InstrumentDescription shown) =>
        Meter.CreateGauge<double>(shown.Name, shown.Unit, shown.Description);

    /// <summary>A histogram with the bounds that its description advises.</summary>
    public static Histogram<double> Histogram(InstrumentDescription shown) => Meter.CreateHistogram(
        shown.Name, shown.Unit, shown.Description, tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = shown.Bounds! });

    /// <summary>An instrument that is read when metrics are collected.</summary>
    public static ObservableInstrument<T> Observed<T>(InstrumentDescription shown, Func<IEnumerable<Measurement<T>>> observe)
        where T : struct => shown.Kind switch
        {
            InstrumentKind.Counter => Meter.CreateObservableCounter(shown.Name, observe, shown.Unit, shown.Description),
            InstrumentKind.UpDownCounter => Meter.CreateObservableUpDownCounter(shown.Name, observe, shown.Unit, shown.Description),
            _ => Meter.CreateObservableGauge(shown.Name, observe, shown.Unit, shown.Description),
        };
}
