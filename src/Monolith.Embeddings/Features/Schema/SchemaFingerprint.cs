using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Features.Schema;

/// <summary>Writes a schema as one canonical text and hashes it.</summary>
internal static class SchemaFingerprint
{
    public static ulong Of(FeatureSchema schema)
    {
        var text = new TableFingerprint("monolith-schema-1", schema.Tables);
        foreach (var slot in schema.Slots)
            text.Line("slot", slot.Name, slot.TableName, slot.Pooling, slot.Pooling is Pooling.FirstN or Pooling.None ? slot.MaxIds : 0);
        foreach (var task in schema.Tasks) text.Line("task", task.Name);
        text.Line("dense", schema.DenseWidth);
        return text.Hash;
    }
}
