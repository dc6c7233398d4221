using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>A schema with one task, and joiners of it.</summary>
internal sealed class JoinerFixture
{
    public JoinerFixture()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Bias(new AdagradOptions()));
        Item = builder.Slot("item", "items");
        Click = builder.Task("click");
        Schema = builder.Build();
        Impressions = new(new ExampleEncoder<ScriptedRecord>(Schema, Encode), record => record.Key);
        Actions = new(Click, record => record.Key, record => DateTimeOffset.FromUnixTimeMilliseconds(record.Time));
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot Item { get; }

    public LabelTask Click { get; }

    public JoinedImpressions<long, ScriptedRecord> Impressions { get; }

    public JoinedActions<long, ScriptedRecord> Actions { get; }

    public static OnlineJoinerOptions Options(Action<OnlineJoinerOptions>? change = null)
    {
        var options = new OnlineJoinerOptions
        {
            Window = TimeSpan.FromMilliseconds(100),
            BackwardWindow = TimeSpan.FromMilliseconds(10),
            AllowedLateness = TimeSpan.Zero,
            RememberClosedFor = TimeSpan.FromMilliseconds(10),
            BatchSize = 1,
            Store = new() { MemoryBytes = long.MaxValue },
        };
        change?.Invoke(options);
        return options;
    }

    public OnlineJoiner<long, ScriptedRecord, ScriptedRecord> NewJoiner(
        Action<OnlineJoinerOptions>? change = null, TimeProvider? time = null) =>
        new(JoinKeys.Int64, Impressions, Actions, Options(change), time);

    public static void Read(in ScriptedRecord record, JoinRecordWriter<long, ScriptedRecord, ScriptedRecord> writer)
    {
        if (record.Kind == ScriptedKind.Impression) writer.Impression(in record);
        else if (record.Kind == ScriptedKind.Action) writer.Action(in record);
        else if (record.Kind == ScriptedKind.Punctuation) writer.Punctuation(record.Time);
    }

    /// <summary>What a batch of one row holds: its item and its label.</summary>
    public (long Item, float Label) Only(ExampleBatch batch)
    {
        Assert.That(batch.Rows, Is.EqualTo(1));
        return (batch.Ids(Item)[0], batch.Labels(Click)[0]);
    }

    private void Encode(in ScriptedRecord record, ExampleWriter writer)
    {
        if (record.Id == 13) throw new FormatException("Thirteen is no id.");
        if (record.Id == 14) writer.Skip();
        writer.Id(Item, record.Id).At(record.Time);
    }
}
