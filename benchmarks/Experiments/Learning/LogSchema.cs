using Experiments.Data;
using Experiments.Ids;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving;
using OnlineTraining.Contest;

namespace Experiments.Learning;

/// <summary>
/// The schema of a log's events, and how an event is written as an example or as a request. Used by one thread at a time.
/// </summary>
internal sealed class LogSchema
{
    private readonly EventLog _log;
    private readonly IdScheme _scheme;
    private readonly List<SlotValue> _values = [];
    private readonly List<SlotValue> _rows = [];

    /// <summary>Builds the schema.</summary>
    /// <param name="log">The events.</param>
    /// <param name="scheme">How their values become rows.</param>
    /// <param name="model">Rows, admission and expiry.</param>
    public LogSchema(EventLog log, IdScheme scheme, ModelSettings model)
    {
        (_log, _scheme) = (log, scheme);
        Schema = Contestant.CreateSchema(log.Slots, denseWidth: 0, model);
        Encoder = new(Schema, Write);
    }

    /// <summary>The schema.</summary>
    public FeatureSchema Schema { get; }

    /// <summary>Writes events, given as places of the log, as examples.</summary>
    public ExampleEncoder<int> Encoder { get; }

    /// <summary>Writes an event as a row of a request.</summary>
    public void Write(int place, PredictionRequest request)
    {
        var writer = request.Add();
        var slots = request.Schema.Slots;
        foreach (var row in RowsOf(place)) writer.Id(slots[row.Slot], row.Value);
    }

    private void Write(in int place, ExampleWriter writer)
    {
        foreach (var row in RowsOf(place)) writer.Id(Schema.Slots[row.Slot], row.Value);
        writer.Label(Schema.Tasks[0], _log.LabelOf(place)).At(_log.TimeOf(place));
    }

    private List<SlotValue> RowsOf(int place)
    {
        _values.Clear();
        _rows.Clear();
        _log.ValuesOf(place, _values);
        foreach (var value in _values) _scheme.Add(value, _rows);
        return _rows;
    }
}
