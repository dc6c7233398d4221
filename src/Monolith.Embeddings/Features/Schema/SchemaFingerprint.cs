using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Features.Schema;

/// <summary>Writes a schema as one canonical text and hashes it.</summary>
internal static class SchemaFingerprint
{
    public static ulong Of(FeatureSchema schema)
    {
        var text = new TableFingerprint("monolith-schema-1", schema.Tables);
        foreach (var slot in schema.Slots) text.Line(slot.Facts);
        foreach (var slot in schema.Slots)
        {
            if (slot.BornFrom is { } parent) text.Line("born", slot.Name, parent.Name);
        }
        foreach (var task in schema.Tasks) Add(text, task);
        text.Line("dense", schema.DenseWidth);
        foreach (var number in schema.Numbers) text.Line("number", number.Name);
        foreach (var derived in schema.DerivedDense) text.Line(derived.Facts);
        return text.Hash;
    }

    // Without a correction as before there were any.
    private static void Add(TableFingerprint text, LabelTask task)
    {
        if (task.Correction == FeedbackCorrection.None) text.Line("task", task.Name);
        else if (task.Correction != FeedbackCorrection.DelayModel) text.Line("task", task.Name, task.Correction);
        else text.Line("task", task.Name, task.Correction, task.DelayUnit.Ticks);
    }
}
