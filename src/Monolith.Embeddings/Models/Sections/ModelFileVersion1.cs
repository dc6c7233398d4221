using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Sections;

/// <summary>
/// What follows the schema's fingerprint in version 1, which the built-in models wrote: per matrix its shape, length of state and
/// optimizer; then the step, all weights and states. Matrices had no names: the linear one comes first, then the layers in their order.
/// </summary>
internal static class ModelFileVersion1
{
    /// <summary>The linear one, 64 hidden layers, and the last.</summary>
    private const int MaxMatrices = 66;

    public static ModelSections ReadSections(ModelFileReader reader)
    {
        var count = reader.ReadInt32();
        if (count is < 1 or > MaxMatrices)
            throw new InvalidDataException($"The model has {count} weight matrices, which no built-in model has.");
        var matrices = new (int Rows, int Columns, int State, string Optimizer)[count];
        foreach (ref var matrix in matrices.AsSpan()) matrix = ReadMatrix(reader);
        var sections = new ModelSections();
        sections.AddNumber(BuiltInSections.Step, SectionRole.TrainingState, reader.ReadInt64());
        for (var i = 0; i < count; i++)
        {
            var (rows, columns, state, optimizer) = matrices[i];
            var name = i == 0 ? BuiltInSections.Linear : BuiltInSections.Layer(i - 1);
            sections.Add(Floats(reader, name, SectionRole.Weights, rows, columns));
            sections.Add(Floats(reader, BuiltInSections.StateOf(name), SectionRole.TrainingState, state));
            sections.AddText(BuiltInSections.OptimizerOf(name), SectionRole.TrainingState, optimizer);
        }
        return sections;
    }

    private static (int Rows, int Columns, int State, string Optimizer) ReadMatrix(ModelFileReader reader)
    {
        var (rows, columns, state) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        if (SectionShape.LengthOf([rows, columns]) < 0 || state < 0)
            throw new InvalidDataException($"A weight matrix of the model has the shape [{rows}, {columns}] and {state} floats of state.");
        return (rows, columns, state, reader.ReadText(StoredLimits.ModelNameBytes));
    }

    private static ModelSection Floats(ModelFileReader reader, string name, SectionRole role, params int[] shape)
    {
        var bytes = SectionShape.LengthOf(shape) * sizeof(float);
        if (bytes > Array.MaxLength) throw new InvalidDataException($"'{name}' of the model has {bytes} bytes, more than an array holds.");
        return new ModelSection(name, ModelSectionKind.Floats, role, shape, reader.ReadBytes((int)bytes).ToArray());
    }
}
