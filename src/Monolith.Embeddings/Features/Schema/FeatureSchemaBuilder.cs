using Microsoft.Extensions.Options;
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
public sealed class FeatureSchemaBuilder : IValidatedOptions
{
    private readonly List<EmbeddingTableOptions> _tables = [];
    private readonly List<FeatureSlot> _slots = [];
    private readonly List<LabelTask> _tasks = [];
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

    /// <summary>Adds a table whose options are at hand.</summary>
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
    /// <returns>The slot, by which encoders write to it.</returns>
    public FeatureSlot Slot(string name, string table, Pooling pooling = Pooling.Sum, int maxIds = int.MaxValue)
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
        var slot = new FeatureSlot(_slots.Count, name, index, table, pooling, maxIds);
        _slots.Add(slot);
        return slot;
    }

    /// <summary>Adds something to predict.</summary>
    /// <param name="name">Unique in the schema.</param>
    /// <returns>The task, by which encoders write its labels.</returns>
    public LabelTask Task(string name)
    {
        var path = $"Tasks['{name}']";
        _errors.Require(!string.IsNullOrWhiteSpace(name), path, "is empty; a task needs a name.");
        _errors.Require(_tasks.TrueForAll(t => t.Name != name), path, "is added twice; names are unique in a schema.");
        var task = new LabelTask(_tasks.Count, name);
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

    /// <summary>Makes the schema.</summary>
    /// <exception cref="OptionsValidationException">Something cannot be used; its failures list everything that was found.</exception>
    public FeatureSchema Build()
    {
        var errors = new OptionErrors();
        CollectErrors(errors);
        errors.ThrowIfAny(typeof(FeatureSchema));
        return new FeatureSchema(_tables, _slots, _tasks, _denseWidth);
    }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        var found = new OptionErrors();
        found.AddAll(_errors);
        found.Require(_slots.Count > 0, "Slots", "is empty; a schema needs at least one slot.");
        new TableSchema(_tables).CollectErrors(found);
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
