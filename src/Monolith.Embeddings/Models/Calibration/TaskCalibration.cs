using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Calibration;

/// <summary>
/// Corrects the logits of each task behind a model, and learns to. It is saved beside the model's weights, so that they come together.
/// Applying is thread-safe, while nothing learns.
/// </summary>
internal sealed class TaskCalibration
{
    /// <summary>The section of a model that holds it.</summary>
    public const string Section = "task-calibration";

    // Version 1 has lines alone; programs from before there were tables refuse the other.
    private const int VersionOfLines = 1, VersionOfTables = 2;

    private readonly PlattScaling[] _tasks;
    private IsotonicTable[]? _tables;

    /// <summary>One that changes nothing yet.</summary>
    /// <param name="tasks">How many tasks there are.</param>
    /// <param name="hasTables">Whether tables correct, and not lines alone.</param>
    public TaskCalibration(int tasks, bool hasTables) : this(Lines(tasks), null) => UseTables(hasTables);

    private TaskCalibration(PlattScaling[] tasks, IsotonicTable[]? tables) => (_tasks, _tables) = (tasks, tables);

    /// <summary>The correction of a task.</summary>
    public PlattScaling this[LabelTask task] => _tasks[task.Index];

    /// <summary>The tables, a task each; null where lines alone correct.</summary>
    public IReadOnlyList<IsotonicTable>? Tables => _tables;

    /// <summary>Goes on with tables, which begin at the lines, or without; as it is where it does already.</summary>
    public void UseTables(bool hasTables)
    {
        if (!hasTables) _tables = null;
        else _tables ??= [.. _tasks.Select(_ => new IsotonicTable())];
    }

    /// <summary>Corrects logits in place, [rows, tasks].</summary>
    public void Apply(Span<float> logits)
    {
        for (var i = 0; i < logits.Length; i++)
        {
            var task = i % _tasks.Length;
            logits[i] = _tables is null ? _tasks[task].Apply(logits[i]) : _tables[task].Apply(logits[i], _tasks[task]);
        }
    }

    /// <summary>Learns from a batch. Late examples and those without label or finite logit are left out.</summary>
    /// <param name="examples">Labels, offsets and weights.</param>
    /// <param name="logits">The model's own logits, [rows, tasks].</param>
    /// <param name="memory">See <see cref="PlattScaling.Step"/>.</param>
    public void Learn(ExampleBatch examples, ReadOnlySpan<float> logits, double memory)
    {
        // By place, since enumerating a list through its interface would allocate.
        for (var i = 0; i < _tasks.Length; i++)
        {
            var task = examples.Schema.Tasks[i];
            if (task.Correction == FeedbackCorrection.FakeNegativeWeighting)
                Learn<WeightedNegativesRule>(task, examples, logits, memory);
            else Learn<LogLossRule>(task, examples, logits, memory);
        }
    }

    /// <summary>What a model of another schema begins with: the corrections of the tasks that both have.</summary>
    /// <param name="before">The tasks of this correction.</param>
    /// <param name="after">The tasks of the other schema.</param>
    /// <param name="names">For the name of a task of the other schema, what this one calls it.</param>
    public TaskCalibration For(FeatureSchema before, FeatureSchema after, Func<string, string> names)
    {
        var places = after.Tasks.Select(task => before.Tasks.FirstOrDefault(
            other => other.Name == names(task.Name) && other.Correction == task.Correction)?.Index ?? -1).ToArray();
        return new(
            [.. places.Select(place => place < 0 ? new PlattScaling() : _tasks[place])],
            _tables is null ? null : [.. places.Select(place => place < 0 ? new IsotonicTable() : _tables[place])]);
    }

    /// <summary>Puts it into the sections of its model.</summary>
    public void Save(ModelSections sections)
    {
        var fields = new FieldWriter();
        fields.Int32(_tables is null ? VersionOfLines : VersionOfTables);
        fields.Int32(_tasks.Length);
        foreach (var task in _tasks) task.Save(fields);
        foreach (var table in _tables ?? []) table.Save(fields);
        sections.AddBytes(Section, SectionRole.Weights, fields.Written);
    }

    /// <summary>Takes it from the sections of a model; null where they have none.</summary>
    /// <exception cref="InvalidDataException">It is of another form or number of tasks.</exception>
    public static TaskCalibration? Load(ModelSections sections, FeatureSchema schema)
    {
        if (!sections.Contains(Section)) return null;
        try
        {
            var fields = new FieldReader(sections.Bytes(Section));
            var (version, count, tasks) = (fields.Int32(), fields.Int32(), schema.Tasks.Count);
            if (version is not (VersionOfLines or VersionOfTables))
                throw new FormatException($"It is of version {version}; known are {VersionOfLines} and {VersionOfTables}.");
            if (count != tasks) throw new FormatException($"It corrects {count} tasks, and there are {tasks}.");
            var loaded = new PlattScaling[tasks];
            for (var i = 0; i < tasks; i++) loaded[i] = PlattScaling.Load(ref fields);
            var tables = version == VersionOfTables ? LoadTables(ref fields, schema, loaded) : null;
            fields.End();
            return new TaskCalibration(loaded, tables);
        }
        catch (FormatException cause)
        {
            throw new InvalidDataException($"The correction of a model's tasks cannot be read. {cause.Message}", cause);
        }
    }

    private static PlattScaling[] Lines(int tasks) => [.. Enumerable.Range(0, tasks).Select(_ => new PlattScaling())];

    private static IsotonicTable[] LoadTables(ref FieldReader fields, FeatureSchema schema, PlattScaling[] lines)
    {
        var tables = new IsotonicTable[lines.Length];
        for (var i = 0; i < tables.Length; i++)
        {
            tables[i] = schema.Tasks[i].Correction == FeedbackCorrection.FakeNegativeWeighting
                ? IsotonicTable.Load<WeightedNegativesRule>(ref fields, lines[i])
                : IsotonicTable.Load<LogLossRule>(ref fields, lines[i]);
        }
        return tables;
    }

    private void Learn<TRule>(LabelTask task, ExampleBatch examples, ReadOnlySpan<float> logits, double memory)
        where TRule : struct, IFeedbackRule
    {
        var (line, table) = (_tasks[task.Index], _tables?[task.Index]);
        Add<TRule>(task, examples, logits, line, table);
        line.Step(memory);
        table?.Step<TRule>(line, memory);
    }

    private static void Add<TRule>(
        LabelTask task, ExampleBatch examples, ReadOnlySpan<float> logits, PlattScaling line, IsotonicTable? table)
        where TRule : struct, IFeedbackRule
    {
        var count = examples.Schema.Tasks.Count;
        var labels = examples.Labels(task);
        var offsets = examples.LogitOffsets(task);
        var weights = examples.Weights;
        var isLate = examples.HasLate ? examples.IsLate : default;
        for (var row = 0; row < labels.Length; row++)
        {
            var logit = logits[row * count + task.Index];
            if (float.IsNaN(labels[row]) || !float.IsFinite(logit) || (!isLate.IsEmpty && isLate[row])) continue;
            line.Add<TRule>(logit, offsets[row], labels[row], weights[row]);
            table?.Add(logit, offsets[row], labels[row], weights[row]);
        }
    }
}
