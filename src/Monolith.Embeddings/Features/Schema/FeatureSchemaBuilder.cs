using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features.Schema;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>Describes tables, slots, tasks and dense features step by step. Not thread-safe.</summary>
/// <example>
/// <code>
/// var f = new FeatureSchemaBuilder();
/// f.Table("users", r =&gt; r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()));
/// f.Table("items", r =&gt; r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()),
///     t =&gt; t.Admission = new MinOccurrencesOptions(3));
/// var user = f.Slot("user", "users");
/// var recent = f.Slot("recent", "items", Pooling.Mean, maxIds: 50);
/// var item = f.Slot("item", "items");
/// var click = f.Task("click");
/// var schema = f.Build();
/// </code>
/// </example>
public sealed partial class FeatureSchemaBuilder : IValidatedOptions
{
    private readonly List<EmbeddingTableOptions> _tables = [];
    private readonly List<FeatureSlot> _slots = [];
    private readonly List<LabelTask> _tasks = [];
    private readonly List<NumberColumn> _numbers = [];
    private readonly OptionErrors _errors = new();
    private int _denseWidth;

    /// <summary>Adds a table.</summary>
    /// <param name="name">Unique in the schema.</param>
    /// <param name="row">Describes its rows.</param>
    /// <param name="configure">Sets its other options; null for the defaults.</param>
    public void Table(string name, Action<RowBuilder> row, Action<EmbeddingTableOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(row);
        var options = new EmbeddingTableOptions { Name = name };
        row(new RowBuilder(options));
        configure?.Invoke(options);
        Table(options);
    }

    /// <summary>Adds a table by its options.</summary>
    /// <param name="options">Its options, its name and segments among them; kept, not copied.</param>
    public void Table(EmbeddingTableOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _tables.Add(options);
    }

    /// <summary>Adds a slot of ids.</summary>
    /// <param name="name">Unique in the schema.</param>
    /// <param name="table">The name of a table that was added before; slots of one table share rows.</param>
    /// <param name="pooling">How the rows of several ids become one input.</param>
    /// <param name="maxIds">How many ids an example may have here, at least 1; unlimited by default, to be said for <see
    /// cref="Pooling.FirstN"/> and <see cref="Pooling.None"/>.</param>
    /// <param name="heldInServing">
    /// The id that the slot has in every row that is served, whatever a request writes: for what is known of an example only once it was
    /// shown. Null, the default, for a slot that is served as it is written. See <see cref="FeatureSlot.HeldInServing"/>.
    /// </param>
    /// <param name="bornFrom">
    /// A slot that was added before, such as the category of an item: a new row of this slot's ids begins as the row of that slot's id in
    /// the same example. It is not held in serving, and its table has all segments of this slot's table, by name and dimension. Null, the
    /// default, for rows that depend on seed, table and id alone. When it helps, and when it harms: <see cref="FeatureSlot.BornFrom"/>.
    /// </param>
    /// <returns>The slot, by which encoders write to it.</returns>
    public FeatureSlot Slot(
        string name, string table, Pooling pooling = Pooling.Sum, int maxIds = int.MaxValue, long? heldInServing = null,
        FeatureSlot? bornFrom = null) =>
        AddSlot(name, table, pooling, maxIds, SequenceOrder.NewestFirst, [], heldInServing, bornFrom: bornFrom);

    /// <summary>
    /// Adds a slot of the place at which an example was shown, so that a model learns what the place adds to a click, and ranks without it.
    /// An example that says its <see cref="ServedAs.Position"/> has that number as its id here, in place of what else is written: examples
    /// of a served log, of the joiner, and those whose encoder calls <see cref="ExampleWriter.Served"/>.
    /// </summary>
    /// <param name="name">Unique in the schema.</param>
    /// <param name="table">The name of a table that was added before, best one of its own: its ids are 1, 2, 3 and so on.</param>
    /// <param name="heldInServing">The place that every candidate is served with, at least 1, the default: the top.</param>
    /// <returns>The slot. An encoder that knows a place but no <see cref="ServedAs"/> writes to it.</returns>
    public FeatureSlot Position(string name, string table, long heldInServing = 1) =>
        AddSlot(name, table, Pooling.Sum, 1, SequenceOrder.NewestFirst, [], heldInServing, isPosition: true);

    /// <summary>
    /// Adds a slot whose ids are the steps of a sequence: they are not pooled (<see cref="Pooling.None"/>), and reach the model in their
    /// order, as <see cref="FeatureBlocks.Sequence"/>, with <see cref="FeatureBlocks.Lengths"/> and <see
    /// cref="FeatureBlocks.StepValues"/>. For models that <see cref="Models.OnlineModel.SupportsSequences"/>.
    /// </summary>
    /// <param name="name">Unique in the schema.</param>
    /// <param name="table">The name of a table that was added before. Pooled slots may be of the same table, and share its rows.</param>
    /// <param name="maxLength">
    /// How many steps an example has at most, 1 to <see cref="FeatureSchema.MaxFirstN"/>; of more the newest are kept. The model's input
    /// has so many for every example, [rows, maxLength, dimension].
    /// </param>
    /// <param name="order">Whether the encoder writes the newest step first (the default), or the oldest.</param>
    /// <param name="stepValues">
    /// The names of the dense values that each step has beside its id, such as the time since it; at most <see
    /// cref="FeatureSchema.MaxStepValues"/>, each name once. They are written by <see cref="FeatureWriter.Step"/>, in this order.
    /// </param>
    /// <returns>The slot, by which encoders write to it.</returns>
    public FeatureSlot Sequence(
        string name, string table, int maxLength, SequenceOrder order = SequenceOrder.NewestFirst,
        params ReadOnlySpan<string> stepValues)
    {
        var path = $"Slots['{name}']";
        _errors.Require(Enum.IsDefined(order), path, $"{order} is not an order.");
        _errors.Require(stepValues.Length <= FeatureSchema.MaxStepValues, path,
            $"has {stepValues.Length} step values; at most {FeatureSchema.MaxStepValues} are allowed.");
        for (var i = 0; i < stepValues.Length; i++)
        {
            _errors.Require(!string.IsNullOrWhiteSpace(stepValues[i]), path, $"has a step value {i} that is empty; it needs a name.");
            _errors.Require(!stepValues[..i].Contains(stepValues[i]), path, $"has the step value '{stepValues[i]}' twice.");
        }
        return AddSlot(name, table, Pooling.None, maxLength, order, stepValues);
    }

    private FeatureSlot AddSlot(
        string name, string table, Pooling pooling, int maxIds, SequenceOrder order, ReadOnlySpan<string> stepValues,
        long? heldInServing = null, bool isPosition = false, FeatureSlot? bornFrom = null,
        SlotSource? source = null)
    {
        var path = $"Slots['{name}']";
        var index = _tables.FindIndex(t => t.Name == table);
        _errors.Require(
            index >= 0, path, $"names the table '{table}', which was not added before; known: {Names(_tables.Select(t => t.Name))}.");
        _errors.Require(!string.IsNullOrWhiteSpace(name), path, "is empty; a slot needs a name.");
        _errors.Require(_slots.TrueForAll(s => s.Name != name), path, "is added twice; names are unique in a schema.");
        _errors.Require(Enum.IsDefined(pooling), path, $"{pooling} is not a pooling.");
        _errors.Require(maxIds >= 1, path, $"maxIds is {maxIds}; it must be at least 1.");
        _errors.Require(pooling is not (Pooling.FirstN or Pooling.None) || maxIds <= FeatureSchema.MaxFirstN, path,
            $"maxIds is {maxIds}; with Pooling.{pooling} it is the number of rows in the input, 1 to {FeatureSchema.MaxFirstN}.");
        _errors.Require(index < 0 || !_tables[index].IdsCarrySlots || heldInServing is not < 0, path,
            $"is held at {heldInServing} in serving, and its table says that ids carry slots: bit 63 must not be set.");
        _errors.Require(!isPosition || heldInServing >= 1, path,
            $"is held at the place {heldInServing} in serving; places begin at 1, so that no example would have taught it.");
        var slot = new FeatureSlot(_slots.Count, name, index, table, pooling, maxIds, order, stepValues)
        {
            HeldInServing = heldInServing,
            IsPosition = isPosition,
            BornFrom = bornFrom,
            Source = source,
        };
        if (bornFrom is not null) CollectParentErrors(path, slot, bornFrom);
        _slots.Add(slot);
        return slot;
    }

    private void CollectParentErrors(string path, FeatureSlot slot, FeatureSlot parent)
    {
        _errors.Require(_slots.Contains(parent), path, $"is born from '{parent.Name}', which is no slot that was added before.");
        _errors.Require(!slot.IsSequence, path, "is a sequence, and its rows cannot be born from another's: which step has which parent?");
        _errors.Require(!parent.IsSequence, path, $"is born from '{parent.Name}', which is a sequence: which of its steps would it be?");
        _errors.Require(parent.HeldInServing is null, path,
            $"is born from '{parent.Name}', which is held in serving: what is known only once an example was shown decides no row.");
        if (slot.Table < 0 || !_slots.Contains(parent) || parent.Table < 0) return;
        var segments = _tables[parent.Table].Segments;
        foreach (var segment in _tables[slot.Table].Segments)
        {
            var dimension = segments.FirstOrDefault(other => other.Name == segment.Name)?.Dimension;
            _errors.Require(dimension == segment.Dimension, path,
                $"is born from '{parent.Name}', of whose table '{parent.TableName}' a row has "
                + (dimension is null ? $"no segment '{segment.Name}'" : $"{dimension} weights in segment '{segment.Name}'")
                + $"; table '{slot.TableName}' has {segment.Dimension}.");
        }
    }

    /// <summary>Adds something to predict.</summary>
    /// <param name="name">Unique in the schema.</param>
    /// <param name="options">How labels that come late are corrected for; the defaults where null. Copied.</param>
    /// <returns>The task, by which encoders write its labels.</returns>
    public LabelTask Task(string name, LabelTaskOptions? options = null)
    {
        var path = $"Tasks['{name}']";
        _errors.Require(!string.IsNullOrWhiteSpace(name), path, "is empty; a task needs a name.");
        _errors.Require(_tasks.TrueForAll(t => t.Name != name), path, "is added twice; names are unique in a schema.");
        options ??= new LabelTaskOptions();
        _errors.Nested(path, options);
        var task = new LabelTask(_tasks.Count, name, options);
        _tasks.Add(task);
        return task;
    }

    /// <summary>Sets how many dense values each row has. Default 0.</summary>
    /// <param name="width">0 to <see cref="FeatureSchema.MaxDenseWidth"/>.</param>
    public void Dense(int width)
    {
        _errors.InRange("DenseWidth", width, 0, FeatureSchema.MaxDenseWidth);
        _denseWidth = width;
    }

    /// <summary>
    /// Adds a raw column: one number a row, such as a price, or none. Batches, logs and requests carry it; a model sees what is derived
    /// from it alone.
    /// </summary>
    /// <param name="name">Unique among raw columns.</param>
    /// <returns>The column, by which encoders write it (<see cref="FeatureWriter.Number"/>).</returns>
    public NumberColumn Number(string name)
    {
        var path = $"Numbers['{name}']";
        _errors.Require(!string.IsNullOrWhiteSpace(name), path, "is empty; a raw column needs a name.");
        _errors.Require(_numbers.TrueForAll(number => number.Name != name), path, "is added twice; names are unique in a schema.");
        _errors.Require(_numbers.Count < FeatureSchema.MaxNumbers, path, $"is one more than {FeatureSchema.MaxNumbers} raw columns.");
        var number = new NumberColumn(_numbers.Count, name);
        _numbers.Add(number);
        return number;
    }

    /// <summary>Makes the schema.</summary>
    /// <exception cref="OptionsValidationException">Something cannot be used; its failures list everything that was found.</exception>
    public FeatureSchema Build()
    {
        var errors = new OptionErrors();
        CollectErrors(errors);
        errors.ThrowIfAny(typeof(FeatureSchema));
        return new FeatureSchema(_tables, _slots, _tasks, _denseWidth, _numbers, _derived);
    }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        var found = new OptionErrors();
        found.AddAll(_errors);
        found.Require(_slots.Count > 0, "Slots", "is empty; a schema needs at least one slot.");
        new TableSchema(_tables).CollectErrors(found);
        found.Require(_denseWidth + _derived.Count <= FeatureSchema.MaxDenseWidth, "DerivedDense",
            $"has {_derived.Count} features behind {_denseWidth} dense ones; together at most {FeatureSchema.MaxDenseWidth} are allowed.");
        // Asked last: widths are made of numbers that must be valid themselves.
        if (found.Errors.Count == 0) CollectWidthErrors(found);
        errors.AddAll(found);
    }

    // A batch has at least one row, so that no width may exceed an array.
    private void CollectWidthErrors(OptionErrors errors)
    {
        var widths = new Dictionary<string, long>();
        foreach (var slot in _slots)
        {
            foreach (var segment in _tables[slot.Table].Segments)
            {
                var name = slot.Pooling == Pooling.None ? $"{slot.Name}/{segment.Name}" : segment.Name;
                widths[name] = widths.GetValueOrDefault(name) + FeatureLayout.Width(slot, segment.Dimension);
            }
        }
        foreach (var (name, width) in widths)
        {
            errors.Require(width <= Array.MaxLength, "Slots",
                $"make the model's input of segment '{name}' {width} floats wide; an array holds {Array.MaxLength}. Use fewer slots, a "
                + "smaller dimension or a smaller maxIds.");
        }
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'").DefaultIfEmpty("none"));
}
