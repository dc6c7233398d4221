using System.Buffers.Binary;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// What follows the schema's fingerprint in version 1, which the built-in models wrote: per matrix its shape, length of state and
/// optimizer; then the step, all weights and states. Matrices had no names; they are in the order of <see cref="ModelGraph.Parameters"/>.
/// </summary>
internal static class ModelFileVersion1
{
    public static ModelSections ReadSections(ModelFileReader reader)
    {
        var count = reader.ReadInt32();
        if (count is < 1 or > 1 + DeepFmOptions.MaxHiddenLayers + 1)
            throw new InvalidDataException($"The model has {count} weight matrices, which no built-in model has.");
        var matrices = new (int Rows, int Columns, int State, string Optimizer)[count];
        foreach (ref var matrix in matrices.AsSpan()) matrix = ReadMatrix(reader);
        var sections = new ModelSections();
        var step = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(step, reader.ReadInt64());
        sections.Add(new ModelSection(SingleTaskModel.StepSection, ModelSectionKind.Number, SectionRole.TrainingState, [], step));
        for (var i = 0; i < count; i++)
        {
            var (rows, columns, state, optimizer) = matrices[i];
            var name = i == 0 ? LinearPart.ParameterName : MultilayerPerceptron.ParameterName(i - 1);
            sections.Add(Floats(reader, name, SectionRole.Weights, rows, columns));
            sections.Add(Floats(reader, Parameter.StateSection(name), SectionRole.TrainingState, state));
            sections.AddText(Parameter.OptimizerSection(name), SectionRole.TrainingState, optimizer);
        }
        return sections;
    }

    private static (int Rows, int Columns, int State, string Optimizer) ReadMatrix(ModelFileReader reader)
    {
        var (rows, columns, state) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        if (ModelSections.LengthOf([rows, columns]) < 0 || state < 0)
            throw new InvalidDataException($"A weight matrix of the model has the shape [{rows}, {columns}] and {state} floats of state.");
        return (rows, columns, state, reader.ReadText(StoredLimits.ModelNameBytes));
    }

    private static ModelSection Floats(ModelFileReader reader, string name, SectionRole role, params int[] shape)
    {
        var bytes = ModelSections.LengthOf(shape) * sizeof(float);
        if (bytes > Array.MaxLength) throw new InvalidDataException($"'{name}' of the model has {bytes} bytes, more than an array holds.");
        return new ModelSection(name, ModelSectionKind.Floats, role, shape, reader.ReadBytes((int)bytes).ToArray());
    }
}
