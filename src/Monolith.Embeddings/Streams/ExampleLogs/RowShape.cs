using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>Of what schema rows are: what is needed to read them into batches of another one. Immutable.</summary>
internal sealed record RowShape(
    ulong Fingerprint, IReadOnlyList<SlotShape> Slots, IReadOnlyList<string> Tasks, int DenseWidth, IReadOnlyList<string> Numbers)
{
    private const int MaxNames = 1 << 20;

    public static RowShape Of(FeatureSchema schema) =>
        new(schema.Fingerprint, [.. schema.WrittenSlots.Select(SlotShape.Of)], [.. schema.Tasks.Select(task => task.Name)],
            schema.DenseWidth, [.. schema.Numbers.Select(number => number.Name)]);

    public byte[] ToBytes()
    {
        var fields = new FieldWriter();
        fields.UInt64(Fingerprint);
        fields.List(Slots, static (writer, slot) => writer.Text(slot.Name, int.MaxValue));
        fields.List(Tasks, static (writer, name) => writer.Text(name, int.MaxValue));
        fields.Int32(DenseWidth);
        // Without sequences and raw columns the bytes are as they were before there were any.
        if (Slots.Any(slot => slot.IsSequence) || Numbers.Count > 0) fields.List(Slots, static (writer, slot) => slot.WriteSteps(writer));
        if (Numbers.Count > 0) fields.List(Numbers, static (writer, name) => writer.Text(name, int.MaxValue));
        return fields.Written.ToArray();
    }

    /// <exception cref="FormatException">The bytes are of no shape.</exception>
    public static RowShape Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new FieldReader(bytes);
        var (fingerprint, slots) = (fields.UInt64(), Names(ref fields, "slots"));
        var (tasks, denseWidth) = (Names(ref fields, "tasks"), fields.Int32());
        var withSteps = WithSteps(slots, ref fields);
        var numbers = fields.IsEnded ? [] : Names(ref fields, "raw columns");
        var shape = new RowShape(fingerprint, withSteps, tasks, denseWidth, numbers);
        fields.End();
        if (shape.DenseWidth is < 0 or > FeatureSchema.MaxDenseWidth)
            throw new FormatException($"It has {shape.DenseWidth} dense features.");
        return shape;
    }

    private static List<string> Names(ref FieldReader fields, string what) =>
        fields.List(MaxNames, what, static (ref FieldReader reader) => reader.Text(int.MaxValue));

    private static List<SlotShape> WithSteps(List<string> names, ref FieldReader fields)
    {
        if (fields.IsEnded) return names.ConvertAll(name => new SlotShape(name, 0, []));
        var steps = fields.List(names.Count, "sequences", SlotShape.ReadSteps);
        if (steps.Count != names.Count) throw new FormatException($"There are {names.Count} slots, and it is said of {steps.Count}.");
        return [.. names.Zip(steps, (name, step) => step with { Name = name })];
    }
}
