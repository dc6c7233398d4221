using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Kafka;
using Monolith.Embeddings.Streams.Negatives;

namespace Monolith.Embeddings.Tests.Diagnostics;

/// <summary>All instruments of the library.</summary>
internal static class PublishedInstruments
{
    public static IReadOnlyList<Instrument> All { get; } = Find();

    public static string KindOf(Instrument instrument) => instrument switch
    {
        ObservableCounter<long> or ObservableCounter<double> => "counter",
        Counter<long> or Counter<double> => "counter",
        Histogram<double> => "histogram",
        ObservableUpDownCounter<long> or ObservableUpDownCounter<double> => "up-down counter",
        _ => "gauge",
    };

    private static bool IsOfTest(Instrument instrument) => instrument.Name.StartsWith("monolith.test.", StringComparison.Ordinal);

    private static List<Instrument> Find()
    {
        // What has instruments is called a meter, or watches.
        foreach (var type in typeof(EmbeddingMeter).Assembly.GetTypes().Concat(typeof(KafkaDeltaSource).Assembly.GetTypes()))
        {
            if (type.Name.EndsWith("Meter", StringComparison.Ordinal) || type == typeof(SamplerWatch))
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
        var found = new Dictionary<string, Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == EmbeddingDiagnostics.MeterName && !IsOfTest(instrument)) found[instrument.Name] = instrument;
        };
        listener.Start();
        return [.. found.Values];
    }
}
