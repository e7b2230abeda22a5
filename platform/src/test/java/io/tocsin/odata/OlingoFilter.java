package io.tocsin.odata;

import io.tocsin.wire.WireTime;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.olingo.commons.api.edm.Edm;
import org.apache.olingo.commons.api.edm.EdmPrimitiveTypeKind;
import org.apache.olingo.commons.api.edm.FullQualifiedName;
import org.apache.olingo.commons.api.edm.provider.CsdlAbstractEdmProvider;
import org.apache.olingo.commons.api.edm.provider.CsdlComplexType;
import org.apache.olingo.commons.api.edm.provider.CsdlEntityContainer;
import org.apache.olingo.commons.api.edm.provider.CsdlEntityContainerInfo;
import org.apache.olingo.commons.api.edm.provider.CsdlEntitySet;
import org.apache.olingo.commons.api.edm.provider.CsdlEntityType;
import org.apache.olingo.commons.api.edm.provider.CsdlProperty;
import org.apache.olingo.commons.api.edm.provider.CsdlPropertyRef;
import org.apache.olingo.commons.core.edm.EdmProviderImpl;
import org.apache.olingo.server.api.OData;
import org.apache.olingo.server.api.uri.UriResource;
import org.apache.olingo.server.api.uri.UriResourceLambdaAny;
import org.apache.olingo.server.api.uri.queryoption.expression.Binary;
import org.apache.olingo.server.api.uri.queryoption.expression.Expression;
import org.apache.olingo.server.api.uri.queryoption.expression.Literal;
import org.apache.olingo.server.api.uri.queryoption.expression.Member;
import org.apache.olingo.server.api.uri.queryoption.expression.Method;
import org.apache.olingo.server.api.uri.queryoption.expression.Unary;
import org.apache.olingo.server.api.uri.queryoption.expression.UnaryOperatorKind;
import org.apache.olingo.server.core.uri.parser.Parser;
import org.apache.olingo.server.core.uri.parser.UriParserException;
import org.apache.olingo.server.core.uri.validator.UriValidationException;

/// What Apache Olingo's parser makes of a filter over the sample's entity, as an [Ask]. Enumerations are plain strings
/// to
/// it, since the wire quotes them.
final class OlingoFilter {

    private static final String NAMESPACE = "sample";
    private static final FullQualifiedName ENTITY = new FullQualifiedName(NAMESPACE, "Asked");
    private static final FullQualifiedName EVIDENCE = new FullQualifiedName(NAMESPACE, "Evidence");
    private static final FullQualifiedName CONTAINER = new FullQualifiedName(NAMESPACE, "Container");
    private static final Edm EDM = new EdmProviderImpl(new Provider());

    private static final Map<String, Ask.Type> TYPES = Map.ofEntries(
            Map.entry("id", Ask.Type.TEXT),
            Map.entry("title", Ask.Type.TEXT),
            Map.entry("computerDnsName", Ask.Type.ANY_CASE),
            Map.entry("assignedTo", Ask.Type.ANY_CASE),
            Map.entry("incidentId", Ask.Type.NUMBER),
            Map.entry("generateAlert", Ask.Type.TRUTH),
            Map.entry("alertCreationTime", Ask.Type.TIME),
            Map.entry("resolvedTime", Ask.Type.TIME),
            Map.entry("severity", Ask.Type.CHOICE),
            Map.entry("status", Ask.Type.CHOICE),
            Map.entry("actionId", Ask.Type.GUID));

    private static final Map<String, Ask.Type> EVIDENCE_TYPES = Map.of(
            "sha256", Ask.Type.TEXT,
            "fileName", Ask.Type.ANY_CASE,
            "processId", Ask.Type.NUMBER,
            "evidenceCreationTime", Ask.Type.TIME,
            "entityType", Ask.Type.CHOICE);

    private OlingoFilter() {}

    /// Empty when Olingo refuses it.
    static Optional<Ask> parse(String filter) {
        try {
            String query = "$filter="
                    + URLEncoder.encode(filter, StandardCharsets.UTF_8).replace("+", "%20");
            return Optional.of(ask(new Parser(EDM, OData.newInstance())
                    .parseUri("Asked", query, null, "http://sample/")
                    .getFilterOption()
                    .getExpression()));
        } catch (UriParserException | UriValidationException refused) {
            return Optional.empty();
        }
    }

    private static Ask ask(Expression expression) {
        return switch (expression) {
            case Unary unary when unary.getOperator() == UnaryOperatorKind.NOT -> new Ask.Not(ask(unary.getOperand()));
            case Binary binary -> binary(binary);
            case Method method -> match(method);
            case Member member -> alone(member);
            default -> throw new IllegalArgumentException("no condition: " + expression);
        };
    }

    private static Ask binary(Binary binary) {
        Expression left = binary.getLeftOperand();
        Expression right = binary.getRightOperand();
        String operator = binary.getOperator().toString();
        return switch (operator) {
            case "and" -> new Ask.All(List.of(ask(left), ask(right)));
            case "or" -> new Ask.Either(List.of(ask(left), ask(right)));
            case "in" ->
                new Ask.In(
                        term(left),
                        new ArrayList<>(binary.getExpressions().stream()
                                .map(OlingoFilter::value)
                                .toList()));
            default -> compare(left, operator, right);
        };
    }

    private static Ask compare(Expression left, String operator, Expression right) {
        if (isValue(left)) {
            return new Ask.Compare(term(right), mirrored(operator), value(left));
        }
        if (isTerm(left)) {
            return new Ask.Compare(term(left), operator, value(right));
        }
        return new Ask.Truth(ask(left), operator.equals("eq"), (Boolean) value(right));
    }

    private static String mirrored(String operator) {
        return switch (operator) {
            case "gt" -> "lt";
            case "ge" -> "le";
            case "lt" -> "gt";
            case "le" -> "ge";
            default -> operator;
        };
    }

    private static boolean isTerm(Expression expression) {
        return switch (expression) {
            case Member member -> parts(member).stream().noneMatch(UriResourceLambdaAny.class::isInstance);
            case Method method -> isFold(method);
            default -> false;
        };
    }

    private static boolean isFold(Method method) {
        return method.getMethod().toString().startsWith("to");
    }

    private static boolean isValue(Expression expression) {
        return expression instanceof Literal
                || expression instanceof Method method
                        && isFold(method)
                        && isValue(method.getParameters().getFirst());
    }

    private static Ask.Term term(Expression expression) {
        if (expression instanceof Method method) {
            Ask.Term inner = term(method.getParameters().getFirst());
            return new Ask.Term(inner.property(), method.getMethod().toString());
        }
        return new Ask.Term(property((Member) expression), "");
    }

    private static Ask.Property property(Member member) {
        String name = parts(member).getLast().getSegmentValue();
        boolean variable = parts(member).getFirst().getKind().name().equals("lambdaVariable");
        if (!variable) {
            return new Ask.Property(name, TYPES.get(name));
        }
        return parts(member).size() == 1
                ? new Ask.Property(Ask.Any.ELEMENT, Ask.Type.TEXT)
                : new Ask.Property(name, EVIDENCE_TYPES.get(name));
    }

    private static Ask match(Method method) {
        return new Ask.Match(
                method.getMethod().toString(), term(method.getParameters().getFirst()), (String)
                        value(method.getParameters().getLast()));
    }

    private static Ask alone(Member member) {
        if (parts(member).getLast() instanceof UriResourceLambdaAny any) {
            String collection = parts(member).getFirst().getSegmentValue();
            return any.getExpression() == null
                    ? new Ask.Some(collection)
                    : new Ask.Any(collection, ask(any.getExpression()));
        }
        return new Ask.Flag(property(member));
    }

    private static List<UriResource> parts(Member member) {
        return member.getResourcePath().getUriResourceParts();
    }

    private static Object value(Expression expression) {
        if (expression instanceof Method method) {
            return Ask.folded(
                    value(method.getParameters().getFirst()), method.getMethod().toString());
        }
        var literal = (Literal) expression;
        String text = literal.getText();
        if (literal.getType() == null) {
            return null;
        }
        return switch (literal.getType().getName()) {
            case "String" -> text.substring(1, text.length() - 1).replace("''", "'");
            case "Boolean" -> Boolean.valueOf(text);
            case "Guid" -> UUID.fromString(text);
            case "DateTimeOffset" ->
                WireTime.of(OffsetDateTime.parse(text.replaceFirst("(\\.\\d{9})\\d+", "$1"))
                                .toInstant())
                        .ticks();
            default -> Long.valueOf(text);
        };
    }

    /// The sample's entity, as Olingo wants it told.
    private static final class Provider extends CsdlAbstractEdmProvider {

        @Override
        public CsdlEntityType getEntityType(FullQualifiedName name) {
            return new CsdlEntityType()
                    .setName(ENTITY.getName())
                    .setKey(List.of(new CsdlPropertyRef().setName("id")))
                    .setProperties(properties());
        }

        private static List<CsdlProperty> properties() {
            var properties = new ArrayList<>(TYPES.entrySet().stream()
                    .map(property -> property(property.getKey(), property.getValue()))
                    .toList());
            properties.add(property("machineTags", Ask.Type.TEXT).setCollection(true));
            properties.add(
                    new CsdlProperty().setName("evidence").setType(EVIDENCE).setCollection(true));
            return properties;
        }

        private static CsdlProperty property(String name, Ask.Type type) {
            EdmPrimitiveTypeKind kind = switch (type) {
                case TEXT, ANY_CASE, CHOICE -> EdmPrimitiveTypeKind.String;
                case NUMBER -> EdmPrimitiveTypeKind.Int64;
                case TIME -> EdmPrimitiveTypeKind.DateTimeOffset;
                case GUID -> EdmPrimitiveTypeKind.Guid;
                case TRUTH -> EdmPrimitiveTypeKind.Boolean;
            };
            return new CsdlProperty().setName(name).setType(kind.getFullQualifiedName());
        }

        @Override
        public CsdlComplexType getComplexType(FullQualifiedName name) {
            return new CsdlComplexType()
                    .setName(EVIDENCE.getName())
                    .setProperties(EVIDENCE_TYPES.entrySet().stream()
                            .map(property -> property(property.getKey(), property.getValue()))
                            .toList());
        }

        @Override
        public CsdlEntitySet getEntitySet(FullQualifiedName container, String name) {
            return new CsdlEntitySet().setName("Asked").setType(ENTITY);
        }

        @Override
        public CsdlEntityContainerInfo getEntityContainerInfo(FullQualifiedName name) {
            return new CsdlEntityContainerInfo().setContainerName(CONTAINER);
        }

        @Override
        public CsdlEntityContainer getEntityContainer() {
            return new CsdlEntityContainer()
                    .setName(CONTAINER.getName())
                    .setEntitySets(List.of(getEntitySet(CONTAINER, "Asked")));
        }
    }
}
