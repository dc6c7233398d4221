using System.Reflection;
using System.Reflection.Emit;
using Monolith.Embeddings.Tests.Architecture;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>No scalar of the package can be collected while a native call reads it.</summary>
public sealed class HeldNumbersTests
{
    // What holds the scalars that it makes.
    private static readonly string[] Holders = ["HeldNumbers", "TensorChecks", "CleanInputs"];

    [Test]
    public void NoNumberBecomesAScalarUnseen() => Assert.That(Unheld(typeof(TorchModel).Assembly.GetTypes()), Is.Empty);

    [Test]
    public void TheScanSeesImplicitAndExplicitScalars() =>
        Assert.That(Unheld([typeof(Careless)]).Select(found => found.Split(':')[0]).Distinct(), Is.EquivalentTo(
            [nameof(Careless.Implicit), nameof(Careless.Explicit), nameof(Careless.Range)]));

    [Test]
    public void ArithmeticIsThatOfTorchSharp()
    {
        using var scope = NewDisposeScope();
        var values = tensor(new[] { -2f, -0.5f, 0f, 0.5f, 3f });
        var mask = tensor(new[] { true, false, true, false, true });
        var numbers = tensor(new[] { -3L, 0L, 1L, 7L });
        AssertSame(values.Times(1.5), -3f, -0.75f, 0f, 0.75f, 4.5f);
        AssertSame(values.Over(2), -1f, -0.25f, 0f, 0.25f, 1.5f);
        AssertSame(values.Squared(), 4f, 0.25f, 0f, 0.25f, 9f);
        AssertSame(values.Filled(mask, float.MinValue), float.MinValue, -0.5f, float.MinValue, 0.5f, float.MinValue);
        AssertSame(values.AtLeast(0.25), 0.25f, 0.25f, 0.25f, 0.5f, 3f);
        AssertSame(values.IsAbove(0.5), false, false, false, false, true);
        AssertSame(values.IsAtLeast(0.5), false, false, false, true, true);
        AssertSame(values.IsAtMost(0), true, true, true, false, false);
        AssertSame(numbers.Minus(1), -4L, -1L, 0L, 6L);
        AssertSame(numbers.AtLeast(1), 1L, 1L, 1L, 7L);
        AssertSame(numbers.Within(0, 2), 0L, 0L, 1L, 2L);
        AssertSame(numbers.Is(7), false, false, false, true);
        AssertSame(HeldNumbers.Places(3, CPU), 0L, 1L, 2L);
    }

    private static void AssertSame<T>(Tensor values, params T[] expected)
        where T : unmanaged => Assert.That(values.data<T>().ToArray(), Is.EqualTo(expected));

    private static IEnumerable<string> Unheld(IEnumerable<Type> types) =>
        from type in types
        where !Array.Exists(Holders, holder => type.Name == holder)
        from method in MethodCode.Of(type)
        from named in MethodCode.Members(method)
        where named.Operation.OperandType == OperandType.InlineMethod && MakesScalar((MethodBase)named.Member)
        select $"{method.Name}: {named.Member.Name} in {type.Name}";

    // TorchSharp has operators for tensors and numbers that make the scalar themselves, and hold it no better.
    private static bool MakesScalar(MethodBase method) => IsScalar(method)
        || (method.DeclaringType?.Assembly == typeof(Tensor).Assembly && !method.ContainsGenericParameters && !method.IsAbstract
            && MethodCode.Members(method).Any(named => named.Member is MethodInfo inner && IsScalar(inner)));

    private static bool IsScalar(MethodBase method) =>
        method is MethodInfo { IsStatic: true, Name: "op_Implicit" or "ToScalar", ReturnType: var made } && made == typeof(Scalar);

    private static class Careless
    {
        public static Tensor Implicit(Tensor values) => values * 2;

        public static Tensor Explicit(Tensor values) => values.add(2.ToScalar());

        public static Tensor Range() => arange(3, ScalarType.Int64);

        public static Tensor Fine(Tensor values) => values + values.relu();
    }
}
