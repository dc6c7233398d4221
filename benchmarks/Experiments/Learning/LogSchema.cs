using Experiments.Data;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving;
using OnlineTraining.Contest;

namespace Experiments.Learning;

/// <summary>
/// The schema of a log's events, and how an event is written as an example or as a request. Used by one thread at a time.
/// </summary>
internal sealed class LogSchema
{
    private readonly LogRows _rows;
    private readonly List<SlotValue> _ownValues = [];
    private readonly List<SlotValue> _ownRows = [];

    /// <summary>Builds the schema.</summary>
    /// <param name="rows">The events.</param>
    /// <param name="model">Dimension, rates, admission and expiry.</param>
    public LogSchema(LogRows rows, ModelSettings model)
    {
        _rows = rows;
        Schema = Contestant.CreateSchema(rows.Log.Slots, denseWidth: 0, model);
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
        writer.Label(Schema.Tasks[0], _rows.Log.LabelOf(place)).At(_rows.Log.TimeOf(place));
    }

    private ReadOnlySpan<SlotValue> RowsOf(int place) => _rows.Of(place, _ownValues, _ownRows);
}
