using System.Globalization;
using System.Text;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Features;

/// <summary>Writes a schema as one canonical text and hashes it.</summary>
internal static class SchemaFingerprint
{
    public static ulong Of(FeatureSchema schema)
    {
        var text = new StringBuilder("monolith-schema-1\n");
        foreach (var table in schema.Tables)
        {
            Line(text, "table", table.Name, table.IdsCarrySlots);
            foreach (var s in table.Segments)
                Line(text, "segment", s.Name, s.Dimension, RuleName(s.Optimizer), s.Initializer.GetType().Name);
        }
        foreach (var slot in schema.Slots)
            Line(text, "slot", slot.Name, slot.TableName, slot.Pooling, slot.Pooling == Pooling.FirstN ? slot.MaxIds : 0);
        foreach (var task in schema.Tasks) Line(text, "task", task.Name);
        Line(text, "dense", schema.DenseWidth);
        return XxHash64.Hash(Encoding.UTF8.GetBytes(text.ToString()));
    }

    // A decorator has the state of what it holds.
    private static string RuleName(OptimizerOptions options) =>
        options is DelayCompensationOptions delay ? $"{options.GetType().Name}({RuleName(delay.Inner)})" : options.GetType().Name;

    // Lengths before values: no name can imitate another line.
    private static void Line(StringBuilder text, params ReadOnlySpan<object> parts)
    {
        foreach (var part in parts)
        {
            var value = Convert.ToString(part, CultureInfo.InvariantCulture) ?? "";
            text.Append(value.Length).Append(':').Append(value).Append(' ');
        }
        text.Append('\n');
    }
}
