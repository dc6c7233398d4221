using System.Diagnostics;
using Monolith.Embeddings.Features.Schema;

namespace Monolith.Embeddings.Features;

/// <summary>
/// One input of the model that is made of ids: which table holds their rows and how they are pooled. Immutable; thread-safe.
/// </summary>
/// <example>
/// <code>
/// var f = new FeatureSchemaBuilder();
/// foreach (var table in (string[])["categories", "items", "places"])
///     f.Table(table, r =&gt; r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()));
/// var category = f.Slot("category", "categories");
/// // A new item begins as its category.
/// var item = f.Slot("item", "items", bornFrom: category);
/// // Learned from where items were shown; every candidate is served as if it were at the top.
/// var place = f.Position("place", "places");
/// var click = f.Task("click");
/// // public record struct PlacedView(long Item, long Category, int Place, bool Clicked);
/// var encoder = new ExampleEncoder&lt;PlacedView&gt;(f.Build(), (in PlacedView view, ExampleWriter writer) =&gt; writer
///     .Id(category, view.Category).Id(item, view.Item)
///     .Label(click, view.Clicked)
///     .Served(new() { Position = view.Place }));
/// </code>
/// </example>
[DebuggerDisplay("{Name} -> {TableName}, {Pooling}, at most {MaxIds} ids, {StepValues.Count} step values")]
public sealed class FeatureSlot
{
    private readonly string[] _stepValues;

    internal FeatureSlot(
        int index, string name, int table, string tableName, Pooling pooling, int maxIds, SequenceOrder order = SequenceOrder.NewestFirst,
        ReadOnlySpan<string> stepValues = default)
    {
        (Index, Name, Table, TableName, Pooling, MaxIds, Order) = (index, name, table, tableName, pooling, maxIds, order);
        StepValues = Array.AsReadOnly(_stepValues = stepValues.ToArray());
    }

    /// <summary>The position in <see cref="FeatureSchema.Slots"/>.</summary>
    public int Index { get; }

    /// <summary>The name, unique in the schema.</summary>
    public string Name { get; }

    /// <summary>The position of its table in the schema's tables.</summary>
    public int Table { get; }

    /// <summary>The name of its table. Slots of one table share rows.</summary>
    public string TableName { get; }

    /// <summary>How the rows of several ids become one input.</summary>
    public Pooling Pooling { get; }

    /// <summary>
    /// How many ids an example may have here; an encoder keeps the first ones and drops the rest, but of a sequence whose <see
    /// cref="Order"/> is <see cref="SequenceOrder.OldestFirst"/> the last ones. For <see cref="Pooling.FirstN"/> the number of rows in the
    /// input.
    /// </summary>
    public int MaxIds { get; }

    /// <summary>In what order the steps of a sequence are written; of no meaning for slots that are pooled.</summary>
    public SequenceOrder Order { get; }

    /// <summary>The names of the dense values that each step of a sequence has beside its id; none for slots that are pooled.</summary>
    public IReadOnlyList<string> StepValues { get; }

    /// <summary>
    /// The id that the slot has in every row that is served, whatever a request writes; null where what is written is served. Requests
    /// of a <see cref="Serving.Predictor"/>, its searches, and the trainer's ranking metrics hold it; training, evaluation and progressive
    /// metrics read what was written. No part of <see cref="FeatureSchema.Fingerprint"/>.
    /// </summary>
    public long? HeldInServing { get; internal init; }

    /// <summary>
    /// The slot whose row a new row of this slot's ids begins as; null where the initializers make it. The first id of that slot in the
    /// same example is the parent, and its row counts as it stood before the batch. Where the parent has no row then, or the slot no id,
    /// the initializers make the row. Part of <see cref="FeatureSchema.Fingerprint"/>. Built-in models read the parent's slot as well: it
    /// then counts twice for a new id, and a factorization machine adds the square of the vector's length. Where labels are of both kinds,
    /// the parent's slot without births predicts better.
    /// </summary>
    public FeatureSlot? BornFrom { get; internal init; }

    /// <summary>
    /// Whether an example that says at which place it was shown (<see cref="ServedAs.Position"/>) has that number as its id here. No part
    /// of <see cref="FeatureSchema.Fingerprint"/>.
    /// </summary>
    public bool IsPosition { get; internal init; }

    /// <summary>Whether the library fills it with ids that it derives, as buckets or a cross; then nothing is written to it.</summary>
    public bool IsDerived => Source is not null;

    /// <summary>What it is derived from; null where it is written.</summary>
    internal SlotSource? Source { get; init; }

    /// <summary>The number of <see cref="StepValues"/>.</summary>
    internal int StepWidth => _stepValues.Length;

    internal bool IsSequence => Pooling == Pooling.None;

    /// <summary>What tells it from slots of the same name, for messages.</summary>
    internal string Description => $"slot {Index}, of table '{TableName}', {Shape}";

    /// <summary>How its ids become an input, for messages.</summary>
    internal string Shape
    {
        get
        {
            if (Source is not null) return $"{Pooling} of {MaxIds}, {Source.Description}";
            if (!ShapesInput) return Pooling.ToString();
            var values = StepWidth > 0 ? $" with {string.Join(", ", _stepValues)}" : "";
            return $"{Pooling} of {MaxIds}{(IsSequence ? $", {Order}" : "")}{values}";
        }
    }

    /// <summary>
    /// What of it a fingerprint knows. A sequence that says no more than its length is as it was before it could say more.
    /// </summary>
    internal object[] Facts => Source is null ? WrittenFacts : ["slot", Name, TableName, Pooling, MaxIds, .. Source.Facts];

    private object[] WrittenFacts => IsSequence && (Order != SequenceOrder.NewestFirst || StepWidth > 0)
        ? ["slot", Name, TableName, Pooling, MaxIds, Order, .. _stepValues]
        : ["slot", Name, TableName, Pooling, ShapesInput ? MaxIds : 0];

    // Elsewhere the number of ids is a rule of encoding, as the expiry of a table is one of keeping.
    private bool ShapesInput => Pooling is Pooling.FirstN or Pooling.None;

    /// <summary>Whether another slot is the same input, in a schema like this one's.</summary>
    internal bool Matches(FeatureSlot other) => ReferenceEquals(this, other)
        || (Index == other.Index && Name == other.Name && Table == other.Table && TableName == other.TableName && Pooling == other.Pooling
            && (!ShapesInput || HasSameShape(other)) && HasSameSource(other));

    private bool HasSameSource(FeatureSlot other) =>
        Source is null ? other.Source is null : MaxIds == other.MaxIds && Source.Matches(other.Source);

    private bool HasSameShape(FeatureSlot other) =>
        MaxIds == other.MaxIds && Order == other.Order && _stepValues.AsSpan().SequenceEqual(other._stepValues);
}
