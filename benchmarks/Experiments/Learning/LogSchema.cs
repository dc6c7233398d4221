using Experiments.Data;
using Experiments.Ids;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tables;
using OnlineTraining.Contest;

namespace Experiments.Learning;

/// <summary>
/// The schema of a log's events, and how an event is written as an example or as a request. Used by one thread at a time.
/// </summary>
internal sealed class LogSchema
{
    private const string TableName = "features";

    private readonly EventLog _log;
    private readonly IdScheme _scheme;
    private readonly LabelTask _task;
    private readonly List<SlotValue> _values = [];
    private readonly List<SlotValue> _rows = [];

    /// <summary>Builds the schema.</summary>
    /// <param name="log">The events.</param>
    /// <param name="scheme">How their values become rows.</param>
    /// <param name="options">Rows, admission and expiry.</param>
    public LogSchema(EventLog log, IdScheme scheme, LearnerOptions options)
    {
        (_log, _scheme) = (log, scheme);
        var builder = new FeatureSchemaBuilder();
        builder.Table(TableName, row => Describe(row, options.Model), table => Configure(table, options));
        foreach (var slot in log.Slots) builder.Slot(slot.Name, TableName, slot.Pooling);
        _task = builder.Task("label");
        Schema = builder.Build();
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
        writer.Label(_task, _log.LabelOf(place)).At(_log.TimeOf(place));
    }

    private List<SlotValue> RowsOf(int place)
    {
        _values.Clear();
        _rows.Clear();
        _log.ValuesOf(place, _values);
        foreach (var value in _values) _scheme.Add(value, _rows);
        return _rows;
    }

    private static void Configure(EmbeddingTableOptions table, LearnerOptions options)
    {
        table.IdsCarrySlots = true;
        var counter = options.Counter ?? new ExactCounterOptions();
        if (options.Model.MinOccurrences > 1)
            table.Admission = new MinOccurrencesOptions(options.Model.MinOccurrences) { Counter = counter };
        if (options.Model.TimeToLiveDays is { } days) table.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(days));
    }

    private static void Describe(RowBuilder row, ModelSettings model)
    {
        row.Bias(new FtrlOptions { LearningRate = model.BiasRate });
        row.Vector(
            model.Dimension,
            new AdagradOptions { LearningRate = model.VectorRate, WeightDecay = model.VectorDecay },
            new UniformInitializerOptions { Minimum = -model.VectorSpread, Maximum = model.VectorSpread });
    }
}
