using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>
/// One field of what an optimizer keeps of a parameter, by the name that it has in PyTorch: <c>step</c>, <c>exp_avg</c>. TorchSharp has no
/// common way to ask for them, so they are found by reflection.
/// </summary>
internal sealed class OptimizerField
{
    private readonly FieldInfo _field;

    private OptimizerField(FieldInfo field) => _field = field;

    public string Name => _field.Name;

    public bool IsTensor => _field.FieldType == typeof(Tensor);

    /// <summary>The fields of a kind of state, in the order of their names.</summary>
    /// <exception cref="NotSupportedException">One holds something that cannot be saved.</exception>
    public static OptimizerField[] Of(Type state)
    {
        var fields = new List<OptimizerField>();
        for (var type = state; type is not null && type != typeof(OptimizerState); type = type.BaseType)
        {
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.FieldType != typeof(Tensor) && field.FieldType != typeof(long) && field.FieldType != typeof(double))
                {
                    throw new NotSupportedException($"The state of the optimizer has a field '{state.FullName}.{field.Name}' of the type "
                        + $"{field.FieldType.Name}, which is neither a tensor nor a number, and cannot be saved.");
                }
                fields.Add(new OptimizerField(field));
            }
        }
        return [.. fields.OrderBy(field => field.Name, StringComparer.Ordinal)];
    }

    public Tensor? TensorOf(OptimizerState state) => (Tensor?)_field.GetValue(state);

    public void SetTensor(OptimizerState state, Tensor? value) => _field.SetValue(state, value);

    /// <summary>A number as 64 bits.</summary>
    public long BitsOf(OptimizerState state) => _field.GetValue(state) is double number
        ? BitConverter.DoubleToInt64Bits(number)
        : (long)_field.GetValue(state)!;

    public void SetBits(OptimizerState state, long bits)
    {
        if (_field.FieldType == typeof(double)) _field.SetValue(state, BitConverter.Int64BitsToDouble(bits));
        else _field.SetValue(state, bits);
    }
}
