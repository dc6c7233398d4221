using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// How rows of one schema become examples of another: slots, their step values, tasks and raw columns by name, dense features by place;
/// steps turn round where the order is another one.
/// </summary>
internal static class RowShapeFit
{
    /// <summary>Makes what reads the rows.</summary>
    /// <param name="shape">The schema of the rows.</param>
    /// <param name="schema">The schema of the batches.</param>
    /// <param name="allowsMissing">Whether what the rows lack may be empty.</param>
    /// <param name="file">A file of such rows, for the message.</param>
    /// <exception cref="InvalidDataException">The rows lack something; the message names it.</exception>
    public static ExampleRowReader Reader(RowShape shape, FeatureSchema schema, bool allowsMissing, string file)
    {
        if (!allowsMissing) RequireAll(shape, schema, file);
        var slots = shape.Slots.Select(slot => Fit(slot, schema.WrittenSlots.FirstOrDefault(other => other.Name == slot.Name)));
        var tasks = shape.Tasks.Select(name => schema.Tasks.FirstOrDefault(task => task.Name == name));
        var numbers = schema.Numbers.Select(number => number.Name).ToList();
        return new ExampleRowReader(
            [.. slots], [.. tasks], shape.DenseWidth, Math.Min(shape.DenseWidth, schema.DenseWidth),
            [.. shape.Numbers.Select(name => numbers.IndexOf(name))]);
    }

    private static SlotFit Fit(SlotShape written, FeatureSlot? slot)
    {
        if (slot is null) return new SlotFit(null, written.StepValues.Count, [], IsReversed: false);
        var names = written.StepValues.ToList();
        int[] places = [.. slot.StepValues.Select(value => names.IndexOf(value))];
        return new SlotFit(slot, names.Count, places, written.IsReversedTo(slot));
    }

    private static void RequireAll(RowShape shape, FeatureSchema schema, string file)
    {
        var missing = schema.WrittenSlots.Where(slot => shape.Slots.All(other => other.Name != slot.Name));
        var lacks = missing.Select(slot => $"slot '{slot.Name}'").ToList();
        lacks.AddRange(schema.Tasks.Where(task => !shape.Tasks.Contains(task.Name)).Select(task => $"task '{task.Name}'"));
        foreach (var slot in schema.WrittenSlots)
        {
            var written = shape.Slots.FirstOrDefault(other => other.Name == slot.Name);
            if (written is null) continue;
            lacks.AddRange(slot.StepValues.Except(written.StepValues).Select(value => $"step value '{value}' of slot '{slot.Name}'"));
        }
        if (schema.DenseWidth > shape.DenseWidth)
            lacks.Add($"dense features {shape.DenseWidth} to {schema.DenseWidth - 1}");
        var numbers = schema.Numbers.Select(number => number.Name).Except(shape.Numbers);
        lacks.AddRange(numbers.Select(name => $"raw column '{name}'"));
        if (lacks.Count == 0) return;
        throw new InvalidDataException(
            $"The rows of file '{file}' have no {string.Join(", no ", lacks)}. Read them by a schema without these, or set "
            + $"{nameof(ExampleLogSourceOptions)}.{nameof(ExampleLogSourceOptions.AllowMissing)}, so that they are empty there.");
    }
}
